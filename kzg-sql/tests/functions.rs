//! The functions against the results of the settings that they use.

mod common;

use std::sync::Arc;

use common::{blob, fixed, kzg, malformed_blob, proved};
use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, BinaryViewArray, Int64Array, LargeBinaryArray, ListArray,
    RecordBatch, StringArray,
};
use datafusion::arrow::datatypes::{DataType, Int64Type};
use datafusion::prelude::SessionContext;
use kzg_datafusion::{Kzg, session};
use kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use kzg_traits::{Blob, Cell, KzgProof, kzg_to_versioned_hash};

type Columns = Vec<(&'static str, ArrayRef)>;

/// A session with one table `t`.
fn session_with(kzg: &Kzg, columns: Columns) -> SessionContext {
    let context = session::embedded(kzg, session::config()).expect("a session");
    let batch = RecordBatch::try_from_iter(columns).expect("columns of one length");
    context.register_batch("t", batch).expect("a new table");
    context
}

/// The first column of a result.
async fn column(context: &SessionContext, sql: &str) -> ArrayRef {
    let frame = context.sql(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    let schema = frame.schema().inner().clone();
    let batches = frame.collect().await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    let batch = datafusion::arrow::compute::concat_batches(&schema, &batches);
    batch.expect("batches of one schema").column(0).clone()
}

async fn bytes(context: &SessionContext, sql: &str) -> Vec<Option<Vec<u8>>> {
    let column = column(context, sql).await;
    let rows = column.as_fixed_size_binary().iter();
    rows.map(|row| row.map(<[u8]>::to_vec)).collect()
}

async fn booleans(context: &SessionContext, sql: &str) -> Vec<Option<bool>> {
    column(context, sql).await.as_boolean().iter().collect()
}

async fn texts(context: &SessionContext, sql: &str) -> Vec<Option<String>> {
    let column = column(context, sql).await;
    column.as_string::<i32>().iter().map(|row| row.map(str::to_owned)).collect()
}

/// Every type of binary columns with the same values.
fn binary_types(values: &[Option<&[u8]>]) -> Vec<ArrayRef> {
    vec![
        Arc::new(values.iter().copied().collect::<BinaryArray>()),
        Arc::new(values.iter().copied().collect::<LargeBinaryArray>()),
        Arc::new(values.iter().copied().collect::<BinaryViewArray>()),
    ]
}

#[tokio::test]
async fn blobs_in_columns_of_every_binary_type_give_the_results_of_the_settings() {
    let kzg = kzg();
    let rows = [proved(&kzg, 1), proved(&kzg, 2)];
    let malformed = malformed_blob(5);
    let blobs = [Some(&*rows[0].blob), None, Some(&*malformed), Some(&*rows[1].blob)];
    let values: Vec<_> = blobs.iter().map(|blob| blob.map(Blob::as_slice)).collect();
    let mut types = binary_types(&values);
    types.push(fixed(Blob::LENGTH, values.into_iter()));
    for array in types {
        let name = array.data_type().clone();
        let mut some: Columns = vec![("b", array)];
        let commitments = [0, 0, 0, 1].map(|row| Some(rows[row].commitment.as_slice()));
        some.push(("c", fixed(48, commitments.into_iter())));
        let proofs = [0, 0, 0, 1].map(|row| Some(rows[row].proof.as_slice()));
        some.push(("p", fixed(48, proofs.into_iter())));
        let context = session_with(&kzg, some);
        let expect = |first: &[u8], last: &[u8]| {
            vec![Some(first.to_vec()), None, None, Some(last.to_vec())]
        };
        assert_eq!(
            bytes(&context, "SELECT kzg_commitment(b) FROM t").await,
            expect(&rows[0].commitment.0, &rows[1].commitment.0),
            "{name}"
        );
        assert_eq!(
            bytes(&context, "SELECT kzg_blob_proof(b, c) FROM t").await,
            expect(&rows[0].proof.0, &rows[1].proof.0),
            "{name}"
        );
        assert_eq!(
            booleans(&context, "SELECT kzg_verify_blob(b, c, p) FROM t").await,
            [Some(true), None, None, Some(true)],
            "{name}"
        );
        let reason = "argument blob: blob 0: field element 5: not canonical, at or above the \
                      group order";
        let reason = |function| [None, None, Some(format!("{function}, {reason}")), None];
        for (call, function) in [
            ("kzg_error(b)", "kzg_commitment"),
            ("kzg_error('kzg_commitment', b)", "kzg_commitment"),
            ("kzg_error('kzg_cells', b)", "kzg_cells"),
            ("kzg_error('kzg_cell_proofs', b)", "kzg_cell_proofs"),
            ("kzg_error(b, c)", "kzg_blob_proof"),
            ("kzg_error(b, c, p)", "kzg_verify_blob"),
            ("kzg_error('kzg_verify_blob', b, c, p)", "kzg_verify_blob"),
        ] {
            let texts = texts(&context, &format!("SELECT {call} FROM t")).await;
            assert_eq!(texts, reason(function), "{name}: {call}");
        }
    }
}

#[tokio::test]
async fn cells_and_proofs_are_those_of_the_settings_and_verify() {
    let kzg = kzg();
    let row = proved(&kzg, 3);
    let (cells, proofs) = kzg.compute_cells_and_kzg_proofs(&row.blob).expect("a canonical blob");
    let blobs = [Some(row.blob.as_slice()), None, Some(malformed_blob(0).as_slice())]
        .map(|blob| blob.map(<[u8]>::to_vec));
    let commitments = [Some(row.commitment.as_slice()); 3];
    let context = session_with(
        &kzg,
        vec![
            ("b", fixed(Blob::LENGTH, blobs.iter().map(Option::as_deref))),
            ("c", fixed(48, commitments.into_iter())),
        ],
    );
    let expected_cells = Cell::bytes_of_many(&cells).to_vec();
    assert_eq!(
        bytes(&context, "SELECT kzg_cells(b) FROM t").await,
        [Some(expected_cells), None, None]
    );
    let expected_proofs = KzgProof::bytes_of_many(&proofs).to_vec();
    assert_eq!(
        bytes(&context, "SELECT kzg_cell_proofs(b) FROM t").await,
        [Some(expected_proofs), None, None]
    );
    assert_eq!(
        bytes(&context, "SELECT kzg_versioned_hash(c) FROM t").await,
        vec![Some(kzg_to_versioned_hash(&row.commitment).0.to_vec()); 3]
    );
    assert_eq!(
        booleans(
            &context,
            "SELECT kzg_verify_cells(c, kzg_cells(b), kzg_cell_proofs(b)) FROM t"
        )
        .await,
        [Some(true), None, None]
    );
    let blob_again = bytes(&context, "SELECT kzg_blob(kzg_cells(b)) FROM t").await;
    assert_eq!(blob_again, [Some(row.blob.0.to_vec()), None, None]);
}

/// A table with all cells `all`, the cells with odd indices `cells`, `indices` and `proofs`, and the
/// commitment `c`, for two rows. In the second row, a cell is another one's.
fn table_of_cells(kzg: &Kzg) -> (SessionContext, Vec<Cell>) {
    let row = proved(kzg, 4);
    let (cells, proofs) = kzg.compute_cells_and_kzg_proofs(&row.blob).expect("a canonical blob");
    let odd: Vec<usize> = (1..CELLS_PER_EXT_BLOB).step_by(2).collect();
    let some: Vec<u8> = odd.iter().flat_map(|&index| cells[index].0).collect();
    let mut swapped = some.clone();
    swapped.copy_within(0..Cell::LENGTH, Cell::LENGTH);
    let some_proofs: Vec<u8> = odd.iter().flat_map(|&index| proofs[index].0).collect();
    let mut lost = Cell::bytes_of_many(&cells).to_vec();
    for index in (0..CELLS_PER_EXT_BLOB).step_by(2) {
        lost[index * Cell::LENGTH..(index + 1) * Cell::LENGTH].fill(0xff);
    }
    let mut too_few = lost.clone();
    too_few[Cell::LENGTH..2 * Cell::LENGTH].fill(0xff);
    let indices: Vec<_> = odd.iter().map(|&index| Some(index as i64)).collect();
    let lists = [Some(indices.clone()), Some(indices)];
    let binary = |rows: [&[u8]; 2]| Arc::new(BinaryArray::from_iter_values(rows));
    let context = session_with(
        kzg,
        vec![
            ("row", Arc::new(Int64Array::from(vec![0, 1]))),
            ("c", fixed(48, [Some(row.commitment.as_slice()); 2].into_iter())),
            ("indices", Arc::new(ListArray::from_iter_primitive::<Int64Type, _, _>(lists))),
            ("cells", binary([&some, &swapped])),
            ("proofs", binary([&some_proofs, &some_proofs])),
            ("lost", binary([&lost, &too_few])),
        ],
    );
    (context, cells)
}

#[tokio::test]
async fn some_cells_verify_and_a_swapped_cell_does_not() {
    let (context, _) = table_of_cells(&kzg());
    let verify = "SELECT kzg_verify_cells(c, indices, cells, proofs) FROM t ORDER BY row";
    assert_eq!(booleans(&context, verify).await, [Some(true), Some(false)]);
    let one = "SELECT kzg_verify_cells(c, [1], substr(cells, 1, 2048), proofs) FROM t";
    // There is no substr of bytes: the planner says so, and not a panic.
    assert!(context.sql(one).await.is_err());
    let counts = "SELECT kzg_error('kzg_verify_cells', c, [1], cells, proofs) FROM t WHERE row = 0";
    let expected = "kzg_verify_cells, argument cells: 64 cells given, expected 1";
    assert_eq!(texts(&context, counts).await, [Some(expected.to_owned())]);
}

#[tokio::test]
async fn half_of_the_cells_recover_all_and_fewer_do_not() {
    let (context, cells) = table_of_cells(&kzg());
    let all = Cell::bytes_of_many(&cells).to_vec();
    let recover = "SELECT kzg_recover(lost) FROM t ORDER BY row";
    assert_eq!(bytes(&context, recover).await, [Some(all.clone()), None]);
    let recover = "SELECT kzg_recover(indices, cells) FROM t WHERE row = 0";
    assert_eq!(bytes(&context, recover).await, [Some(all)]);
    let error = "SELECT kzg_error('kzg_recover', lost) FROM t ORDER BY row";
    let expected = "kzg_recover, argument cells: 63 cells given, expected 64 to 128";
    assert_eq!(texts(&context, error).await, [None, Some(expected.to_owned())]);
    for (indices, reason) in [
        ("[-1]", "kzg_recover, argument cell_indices: 1 cell indices given, expected 64"),
        ("[]", "kzg_recover, argument cell_indices: 0 cell indices given, expected 64"),
    ] {
        let error = format!("SELECT kzg_error('kzg_recover', {indices}, cells) FROM t WHERE row = 0");
        assert_eq!(texts(&context, &error).await, [Some(reason.to_owned())], "{indices}");
    }
}

#[tokio::test]
async fn a_cell_index_that_is_negative_or_null_is_a_reason_and_no_panic() {
    let (context, _) = table_of_cells(&kzg());
    for list in ["range(-64, 0)", "make_array(NULL)"] {
        let error = format!(
            "SELECT kzg_error('kzg_recover', {list}, cells) IS NOT NULL FROM t WHERE row = 0"
        );
        assert_eq!(booleans(&context, &error).await, [Some(true)], "{list}");
    }
}

#[tokio::test]
async fn scalars_and_nulls_are_answered() {
    let kzg = kzg();
    let row = proved(&kzg, 6);
    let context = session_with(
        &kzg,
        vec![("b", fixed(Blob::LENGTH, [Some(row.blob.as_slice()); 3].into_iter()))],
    );
    let commitment = hex::encode(row.commitment.0);
    let proof = hex::encode(row.proof.0);
    let verify = format!("SELECT kzg_verify_blob(b, X'{commitment}', X'{proof}') FROM t");
    assert_eq!(booleans(&context, &verify).await, [Some(true); 3]);
    let hash = format!("SELECT kzg_versioned_hash(X'{commitment}')");
    let expected = kzg_to_versioned_hash(&row.commitment).0.to_vec();
    assert_eq!(bytes(&context, &hash).await, [Some(expected)]);
    assert_eq!(bytes(&context, "SELECT kzg_commitment(NULL)").await, [None]);
    assert_eq!(bytes(&context, "SELECT kzg_blob_proof(b, NULL) FROM t").await, vec![None; 3]);
    assert_eq!(bytes(&context, "SELECT kzg_commitment(X'00')").await, [None]);
    assert_eq!(
        texts(&context, "SELECT kzg_error(X'00')").await,
        [Some("kzg_commitment, argument blob: blob 0: 1 bytes, expected 131072".to_owned())]
    );
    let point = format!("SELECT kzg_error(b, X'{}') FROM t LIMIT 1", "ff".repeat(48));
    let reason = texts(&context, &point).await.remove(0).expect("a reason");
    assert!(reason.starts_with("kzg_blob_proof, argument commitment: commitment 0: "), "{reason}");
}

#[tokio::test]
async fn a_malformed_commitment_takes_no_answer_from_the_rows_beside_it() {
    let kzg = kzg();
    let row = proved(&kzg, 7);
    let bad = [0xff; 48];
    let commitments = [&row.commitment.0, &bad, &row.commitment.0].map(|c| Some(c.as_slice()));
    let context = session_with(
        &kzg,
        vec![
            ("b", fixed(Blob::LENGTH, [Some(row.blob.as_slice()); 3].into_iter())),
            ("c", fixed(48, commitments.into_iter())),
        ],
    );
    let proof = Some(row.proof.0.to_vec());
    assert_eq!(
        bytes(&context, "SELECT kzg_blob_proof(b, c) FROM t").await,
        [proof.clone(), None, proof]
    );
}

#[tokio::test]
async fn wrong_arguments_are_errors_of_the_planner_with_the_forms_of_the_function() {
    let kzg = kzg();
    let texts: ArrayRef = Arc::new(StringArray::from(vec!["0x00"]));
    let context = session_with(&kzg, vec![("text", texts)]);
    for (sql, expected) in [
        ("SELECT kzg_commitment(text) FROM t", "blob must be binary, not Utf8"),
        ("SELECT kzg_commitment()", "kzg_commitment(blob)"),
        (
            "SELECT kzg_recover(X'00', X'00')",
            "kzg_recover(cell_indices, cells): cell_indices must be a list of integers",
        ),
    ] {
        let error = match context.sql(sql).await {
            Ok(frame) => frame.collect().await.expect_err(sql),
            Err(error) => error,
        };
        assert!(error.to_string().contains(expected), "{sql}: {error}");
    }
    let unknown = context.sql("SELECT kzg_error('kzg_nothing', X'00')").await.expect("a plan");
    let error = unknown.collect().await.expect_err("no such function").to_string();
    assert!(error.contains("no KZG function is called \"kzg_nothing\""), "{error}");
}

#[tokio::test]
async fn one_false_proof_among_256_rows_is_the_one_that_is_found() {
    let kzg = kzg();
    let some: Vec<_> = (10..18).map(|seed| proved(&kzg, seed)).collect();
    let rows: Vec<_> = (0..256).map(|row| &some[row % some.len()]).collect();
    let proof = |id: usize| if id == 200 { &some[1].proof } else { &rows[id].proof };
    let columns: Columns = vec![
        ("id", Arc::new(Int64Array::from_iter_values(0..256))),
        ("b", fixed(Blob::LENGTH, rows.iter().map(|row| Some(row.blob.as_slice())))),
        ("c", fixed(48, rows.iter().map(|row| Some(row.commitment.as_slice())))),
        ("p", fixed(48, (0..256).map(|id| Some(proof(id).as_slice())))),
    ];
    let context = session_with(&kzg, columns);
    let false_ids = column(&context, "SELECT id FROM t WHERE NOT kzg_verify_blob(b, c, p)").await;
    assert_eq!(false_ids.as_primitive::<Int64Type>().values(), &[200]);
    let all = "SELECT bool_and(kzg_verify_blob(b, c, p)) FROM t";
    assert_eq!(booleans(&context, all).await, [Some(false)]);
}

#[tokio::test]
async fn cells_are_written_as_objects_and_malformed_rows_are_not() {
    let kzg = kzg();
    let good = blob(20);
    let folder = tempfile::tempdir().expect("a folder");
    let blobs = [good.as_slice(), malformed_blob(1).as_slice()].map(<[u8]>::to_vec);
    let context = session_with(
        &kzg,
        vec![
            ("id", Arc::new(Int64Array::from(vec![0, 1]))),
            ("b", fixed(Blob::LENGTH, blobs.iter().map(|blob| Some(blob.as_slice())))),
        ],
    );
    let url = format!("'{}/' || id || '.cells'", folder.path().display());
    let write = format!("SELECT kzg_write_cells(b, {url}) FROM t ORDER BY id");
    assert_eq!(texts(&context, &write).await, [Some("written".to_owned()), None]);
    let expected = kzg.compute_cells(&good).expect("a canonical blob");
    let written = std::fs::read(folder.path().join("0.cells")).expect("the object");
    assert!(written == Cell::bytes_of_many(&expected));
    assert!(!folder.path().join("1.cells").exists());
    let folder_only = "SELECT kzg_error('kzg_write_cells', b, '/') FROM t ORDER BY id LIMIT 1";
    let reason = texts(&context, folder_only).await.remove(0).expect("a reason");
    assert!(reason.starts_with("kzg_write_cells, argument url: "), "{reason}");
}

#[tokio::test]
async fn an_object_that_cannot_be_written_fails_the_query() {
    let kzg = kzg();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    std::fs::write(&file, "no folder").expect("a new file");
    let context =
        session_with(&kzg, vec![("b", fixed(Blob::LENGTH, [Some(blob(21).as_slice())].into_iter()))]);
    let write = format!("SELECT kzg_write_cells(b, '{}/0.cells') FROM t", file.display());
    let frame = context.sql(&write).await.expect("a plan");
    let error = frame.collect().await.expect_err("a file is no folder");
    let fault = kzg_datafusion::fault_in(&error).expect("a fault");
    assert!(fault.is_transient(), "{fault}");
}

#[tokio::test]
async fn the_types_of_the_results_have_fixed_sizes() {
    let context = session_with(&kzg(), vec![("b", fixed(Blob::LENGTH, [None].into_iter()))]);
    for (call, width) in [
        ("kzg_commitment(b)", 48),
        ("kzg_blob_proof(b, b)", 48),
        ("kzg_cell_proofs(b)", 6144),
        ("kzg_cells(b)", 262_144),
        ("kzg_recover(b)", 262_144),
        ("kzg_blob(b)", 131_072),
        ("kzg_versioned_hash(b)", 32),
    ] {
        let column = column(&context, &format!("SELECT {call} FROM t")).await;
        assert_eq!(*column.data_type(), DataType::FixedSizeBinary(width), "{call}");
        assert!(column.is_null(0), "{call}");
    }
}
