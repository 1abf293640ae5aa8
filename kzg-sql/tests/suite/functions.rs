//! The functions of blobs against the results of the settings that they use.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, BinaryViewArray, Int64Array, LargeBinaryArray,
    StringArray,
};
use datafusion::arrow::datatypes::{DataType, Int64Type};
use kzg_traits::{Blob, kzg_to_versioned_hash};

use crate::queries::{Columns, booleans, bytes, column, session_with, texts};
use crate::tables::{fixed, kzg, malformed_blob, proved};

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
    let blobs = [
        Some(&*rows[0].blob),
        None,
        Some(&*malformed),
        Some(&*rows[1].blob),
    ];
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
        let expect =
            |first: &[u8], last: &[u8]| vec![Some(first.to_vec()), None, None, Some(last.to_vec())];
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
async fn scalars_and_nulls_are_answered() {
    let kzg = kzg();
    let row = proved(&kzg, 6);
    let context = session_with(
        &kzg,
        vec![(
            "b",
            fixed(Blob::LENGTH, [Some(row.blob.as_slice()); 3].into_iter()),
        )],
    );
    let commitment = hex::encode(row.commitment.0);
    let proof = hex::encode(row.proof.0);
    let verify = format!("SELECT kzg_verify_blob(b, X'{commitment}', X'{proof}') FROM t");
    assert_eq!(booleans(&context, &verify).await, [Some(true); 3]);
    let hash = format!("SELECT kzg_versioned_hash(X'{commitment}')");
    let expected = kzg_to_versioned_hash(&row.commitment).0.to_vec();
    assert_eq!(bytes(&context, &hash).await, [Some(expected)]);
    assert_eq!(bytes(&context, "SELECT kzg_commitment(NULL)").await, [None]);
    assert_eq!(
        bytes(&context, "SELECT kzg_blob_proof(b, NULL) FROM t").await,
        vec![None; 3]
    );
    assert_eq!(
        bytes(&context, "SELECT kzg_commitment(X'00')").await,
        [None]
    );
    assert_eq!(
        texts(&context, "SELECT kzg_error(X'00')").await,
        [Some(
            "kzg_commitment, argument blob: blob 0: 1 bytes, expected 131072".to_owned()
        )]
    );
    let point = format!("SELECT kzg_error(b, X'{}') FROM t LIMIT 1", "ff".repeat(48));
    let reason = texts(&context, &point).await.remove(0).expect("a reason");
    assert!(
        reason.starts_with("kzg_blob_proof, argument commitment: commitment 0: "),
        "{reason}"
    );
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
            (
                "b",
                fixed(Blob::LENGTH, [Some(row.blob.as_slice()); 3].into_iter()),
            ),
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
        (
            "SELECT kzg_commitment(text) FROM t",
            "blob must be binary, not Utf8",
        ),
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
    let unknown = context
        .sql("SELECT kzg_error('kzg_nothing', X'00')")
        .await
        .expect("a plan");
    let error = unknown
        .collect()
        .await
        .expect_err("no such function")
        .to_string();
    assert!(
        error.contains("no KZG function is called \"kzg_nothing\""),
        "{error}"
    );
}

#[tokio::test]
async fn one_false_proof_among_256_rows_is_the_one_that_is_found() {
    let kzg = kzg();
    let some: Vec<_> = (10..18).map(|seed| proved(&kzg, seed)).collect();
    let rows: Vec<_> = (0..256).map(|row| &some[row % some.len()]).collect();
    let proof = |id: usize| {
        if id == 200 {
            &some[1].proof
        } else {
            &rows[id].proof
        }
    };
    let columns: Columns = vec![
        ("id", Arc::new(Int64Array::from_iter_values(0..256))),
        (
            "b",
            fixed(
                Blob::LENGTH,
                rows.iter().map(|row| Some(row.blob.as_slice())),
            ),
        ),
        (
            "c",
            fixed(48, rows.iter().map(|row| Some(row.commitment.as_slice()))),
        ),
        (
            "p",
            fixed(48, (0..256).map(|id| Some(proof(id).as_slice()))),
        ),
    ];
    let context = session_with(&kzg, columns);
    let false_ids = column(
        &context,
        "SELECT id FROM t WHERE NOT kzg_verify_blob(b, c, p)",
    )
    .await;
    assert_eq!(false_ids.as_primitive::<Int64Type>().values(), &[200]);
    let all = "SELECT bool_and(kzg_verify_blob(b, c, p)) FROM t";
    assert_eq!(booleans(&context, all).await, [Some(false)]);
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
        assert_eq!(
            *column.data_type(),
            DataType::FixedSizeBinary(width),
            "{call}"
        );
        assert!(column.is_null(0), "{call}");
    }
}
