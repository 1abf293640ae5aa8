//! The functions of cells against the results of the settings that they use.

use std::sync::Arc;

use datafusion::arrow::array::{BinaryArray, Int64Array, ListArray};
use datafusion::arrow::datatypes::{Int64Type, UInt64Type};
use datafusion::prelude::SessionContext;
use kzg_datafusion::Kzg;
use kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use kzg_traits::{Blob, Cell, KzgProof, kzg_to_versioned_hash};

use crate::queries::{Columns, booleans, bytes, session_with, texts};
use crate::tables::{blob, fixed, kzg, malformed_blob, proved};

#[tokio::test]
async fn cells_and_proofs_are_those_of_the_settings_and_verify() {
    let kzg = kzg();
    let row = proved(&kzg, 3);
    let (cells, proofs) = kzg
        .compute_cells_and_kzg_proofs(&row.blob)
        .expect("a canonical blob");
    let blobs = [
        Some(row.blob.as_slice()),
        None,
        Some(malformed_blob(0).as_slice()),
    ]
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
    let (cells, proofs) = kzg
        .compute_cells_and_kzg_proofs(&row.blob)
        .expect("a canonical blob");
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
            (
                "c",
                fixed(48, [Some(row.commitment.as_slice()); 2].into_iter()),
            ),
            (
                "indices",
                Arc::new(ListArray::from_iter_primitive::<Int64Type, _, _>(lists)),
            ),
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
    for before in ["c, indices, cells", "c, cells"] {
        let error =
            format!("SELECT kzg_error('kzg_verify_cells', {before}, X'00') FROM t WHERE row = 0");
        let expected = "kzg_verify_cells, argument proofs: proof 0: 1 bytes, expected 48";
        assert_eq!(texts(&context, &error).await, [Some(expected.to_owned())]);
    }
}

#[tokio::test]
async fn no_cells_verify_and_a_malformed_commitment_of_them_does_not() {
    let kzg = kzg();
    let commitment = proved(&kzg, 25).commitment;
    // The abscissa of no point.
    let digits = "0123456789abcdef".repeat(5);
    let not_on_curve = hex::decode(format!("8{}0123456789abcde0", &digits[1..])).expect("digits");
    let commitments: [&[u8]; 3] = [&commitment.0, &commitment.0[..47], &not_on_curve];
    let rows: Columns = vec![
        ("row", Arc::new(Int64Array::from(vec![0, 1, 2]))),
        ("c", Arc::new(BinaryArray::from_iter_values(commitments))),
    ];
    let context = session_with(&kzg, rows);
    let verify = "SELECT kzg_verify_cells(c, [], X'', X'') FROM t ORDER BY row";
    assert_eq!(booleans(&context, verify).await, [Some(true), None, None]);
    let error = "SELECT kzg_error('kzg_verify_cells', c, [], X'', X'') FROM t ORDER BY row";
    let reasons = texts(&context, error).await;
    assert_eq!(reasons[0], None);
    let argument = "kzg_verify_cells, argument commitment: commitment 0: ";
    for (row, cause) in [(1, "47 bytes, expected 48"), (2, "not on the curve")] {
        assert_eq!(reasons[row], Some(format!("{argument}{cause}")));
    }
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
    assert_eq!(
        texts(&context, error).await,
        [None, Some(expected.to_owned())]
    );
    for (indices, reason) in [
        (
            "[-1]",
            "kzg_recover, argument cell_indices: 1 cell indices given, expected 64",
        ),
        (
            "[]",
            "kzg_recover, argument cell_indices: 0 cell indices given, expected 64",
        ),
    ] {
        let error =
            format!("SELECT kzg_error('kzg_recover', {indices}, cells) FROM t WHERE row = 0");
        assert_eq!(
            texts(&context, &error).await,
            [Some(reason.to_owned())],
            "{indices}"
        );
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
async fn a_cell_index_above_all_signed_numbers_takes_no_answer_from_other_rows() {
    let kzg = kzg();
    let row = proved(&kzg, 24);
    let (cells, proofs) = kzg
        .compute_cells_and_kzg_proofs(&row.blob)
        .expect("a canonical blob");
    let large = 1_u64 << 63;
    let indices = [3, large, u64::MAX].map(|index| Some(vec![Some(index)]));
    let lists = ListArray::from_iter_primitive::<UInt64Type, _, _>(indices);
    let columns: Columns = vec![
        (
            "c",
            fixed(48, [Some(row.commitment.as_slice()); 3].into_iter()),
        ),
        ("indices", Arc::new(lists)),
        (
            "cell",
            fixed(Cell::LENGTH, [Some(cells[3].as_slice()); 3].into_iter()),
        ),
        (
            "proof",
            fixed(48, [Some(proofs[3].as_slice()); 3].into_iter()),
        ),
    ];
    let context = session_with(&kzg, columns);
    let verify = "SELECT kzg_verify_cells(c, indices, cell, proof) FROM t";
    assert_eq!(booleans(&context, verify).await, [Some(true), None, None]);
    let error = "SELECT kzg_error('kzg_verify_cells', c, indices, cell, proof) FROM t";
    let reason = |index| {
        let reason = "kzg_verify_cells, argument cell_indices: cell index 0:";
        Some(format!("{reason} {index} is not below 128"))
    };
    assert_eq!(
        texts(&context, error).await,
        [None, reason(large), reason(u64::MAX)]
    );
}

#[tokio::test]
async fn a_null_of_no_type_is_no_error_of_any_function() {
    let (context, _) = table_of_cells(&kzg());
    for call in [
        "'kzg_recover', NULL",
        "'kzg_recover', NULL, cells",
        "'kzg_recover', indices, NULL",
        "'kzg_verify_cells', NULL, indices, cells, proofs",
        "'kzg_verify_cells', c, NULL, cells, proofs",
        "'kzg_verify_cells', c, NULL, NULL, NULL",
        "'kzg_write_cells', cells, NULL",
        "'kzg_write_cells', NULL, NULL",
        "NULL, cells",
    ] {
        let error = format!("SELECT kzg_error({call}) FROM t");
        assert_eq!(texts(&context, &error).await, [None, None], "{call}");
    }
    let scalars = "SELECT kzg_error('kzg_write_cells', X'00', NULL)";
    assert_eq!(texts(&context, scalars).await, [None]);
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
            (
                "b",
                fixed(Blob::LENGTH, blobs.iter().map(|blob| Some(blob.as_slice()))),
            ),
        ],
    );
    let url = format!("'{}/' || id || '.cells'", folder.path().display());
    let write = format!("SELECT kzg_write_cells(b, {url}) FROM t ORDER BY id");
    assert_eq!(
        texts(&context, &write).await,
        [Some("written".to_owned()), None]
    );
    let expected = kzg.compute_cells(&good).expect("a canonical blob");
    let written = std::fs::read(folder.path().join("0.cells")).expect("the object");
    assert!(written == Cell::bytes_of_many(&expected));
    assert!(!folder.path().join("1.cells").exists());
    let folder_only = "SELECT kzg_error('kzg_write_cells', b, '/') FROM t ORDER BY id LIMIT 1";
    let reason = texts(&context, folder_only)
        .await
        .remove(0)
        .expect("a reason");
    assert!(
        reason.starts_with("kzg_write_cells, argument url: "),
        "{reason}"
    );
}

#[tokio::test]
async fn rows_whose_urls_differ_in_a_fragment_do_not_write_one_object() {
    let folder = tempfile::tempdir().expect("a folder");
    let blobs = [blob(22), blob(23)];
    let values = blobs.iter().map(|blob| Some(blob.as_slice()));
    let ids = Arc::new(Int64Array::from(vec![0, 1]));
    let columns: Columns = vec![("id", ids), ("b", fixed(Blob::LENGTH, values))];
    let context = session_with(&kzg(), columns);
    let path = folder.path().display();
    let write = format!("SELECT kzg_write_cells(b, 'file://{path}/a#' || id) FROM t ORDER BY id");
    assert_eq!(texts(&context, &write).await, [None, None]);
    assert!(!folder.path().join("a").exists());
    let error =
        format!("SELECT kzg_error('kzg_write_cells', b, 'file://{path}/a#') FROM t LIMIT 1");
    let reason = texts(&context, &error).await.remove(0).expect("a reason");
    assert!(reason.contains("a fragment"), "{reason}");
    // In a path, the character is a part of the name.
    let name = format!("'{path}/a#' || id || '.cells'");
    let write = format!("SELECT kzg_write_cells(b, {name}) FROM t ORDER BY id");
    let written = Some("written".to_owned());
    assert_eq!(texts(&context, &write).await, [written.clone(), written]);
    let read = |name| std::fs::read(folder.path().join(name)).expect("the object");
    assert!(read("a#0.cells") != read("a#1.cells"));
}

#[tokio::test]
async fn an_object_that_cannot_be_written_fails_the_query() {
    let kzg = kzg();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    std::fs::write(&file, "no folder").expect("a new file");
    let context = session_with(
        &kzg,
        vec![(
            "b",
            fixed(Blob::LENGTH, [Some(blob(21).as_slice())].into_iter()),
        )],
    );
    let write = format!(
        "SELECT kzg_write_cells(b, '{}/0.cells') FROM t",
        file.display()
    );
    let frame = context.sql(&write).await.expect("a plan");
    let error = frame.collect().await.expect_err("a file is no folder");
    let fault = kzg_datafusion::fault_in(&error).expect("a fault");
    assert!(fault.is_transient(), "{fault}");
}
