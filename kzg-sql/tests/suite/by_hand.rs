//! Measurements, which are not run by default: `cargo test --release by_hand -- --ignored --nocapture`.

use std::fs;

use datafusion::arrow::array::AsArray;
use datafusion::arrow::datatypes::Int64Type;
use kzg_datafusion::session;
use kzg_traits::Blob;

use crate::tables::{blob, kzg, write_blobs};

/// The processor seconds of this process so far.
fn processor_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").expect("Linux");
    // The name of the program may have spaces. After it, user and system time are fields 12 and 13.
    let (_, fields) = stat.rsplit_once(')').expect("a name");
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let ticks = |index: usize| fields[index].parse::<f64>().expect("a number");
    (ticks(11) + ticks(12)) / 100.0
}

#[tokio::test]
#[ignore = "a measurement of ten seconds"]
async fn the_engine_beside_a_plain_loop() {
    let folder = tempfile::tempdir().expect("a folder");
    let kzg = kzg();
    let blobs: Vec<Box<Blob>> = (0..128).map(blob).collect();
    for file in 0..2 {
        let path = folder.path().join(format!("{file}.parquet"));
        write_blobs(&path, 128 * file, &blobs);
    }
    let config = session::config().with_target_partitions(1);
    let context = session::embedded(&kzg, config).expect("a session");
    let sql = format!(
        "SELECT count(kzg_commitment(blob)) FROM '{}/*.parquet'",
        folder.path().display()
    );
    kzg.warm_up().expect("tables");
    let (mut plain, mut engine) = (f64::INFINITY, f64::INFINITY);
    for _ in 0..5 {
        let before = processor_seconds();
        for _ in 0..2 {
            for blobs in blobs.chunks(session::BATCH_SIZE) {
                let commitments = kzg.blobs_to_kzg_commitments(blobs.into());
                assert_eq!(commitments.expect("canonical blobs").len(), blobs.len());
            }
        }
        plain = plain.min(processor_seconds() - before);
        let before = processor_seconds();
        let frame = context.sql(&sql).await.expect("a plan");
        let rows = frame.collect().await.expect("a result");
        let count = rows[0].column(0).as_primitive::<Int64Type>().value(0);
        assert_eq!(count, 256);
        engine = engine.min(processor_seconds() - before);
    }
    let more = (engine / plain - 1.0) * 100.0;
    println!("256 commitments: loop {plain:.2} s, engine {engine:.2} s, {more:.1} % more");
}
