//! A scheduler and executors on loopback: executors and schedulers that are killed, executors that
//! are refused.
//!
//! `KZG_SQL_BLOBS` sets the number of blobs; the default is small, so that the tests take seconds.

use std::env;
use std::fs::File;
use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};
use kzg_datafusion::Identity;
use kzg_datafusion::cluster::Admission;

use crate::processes::{Executor, Process, Scheduler, printed, program, skipped, text};
use crate::tables::{blob, development_setup, kzg, malformed_blob, write_blobs};

/// The time for a query: far more than it takes.
const LIMIT: Duration = Duration::from_secs(600);

/// Writes the table of a test, of which one row is malformed; returns a statement over it.
pub(crate) fn statement(folder: &Path) -> String {
    statement_over(folder, 1)
}

/// As [`statement`], over a number of blobs at least.
fn statement_over(folder: &Path, least: usize) -> String {
    let blobs = env::var("KZG_SQL_BLOBS").map_or(64, |blobs| blobs.parse().expect("a number"));
    let blobs = least.max(blobs);
    let per_file = 4;
    for (file, first) in (0..blobs).step_by(per_file).enumerate() {
        let rows = (first..(first + per_file).min(blobs)).map(|id| match id {
            7 => malformed_blob(id),
            _ => blob(id as u64),
        });
        let path = folder.join(format!("{file:05}.parquet"));
        write_blobs(&path, first as i64, &rows.collect::<Vec<_>>());
    }
    format!(
        "SELECT id, kzg_commitment(blob) AS c, kzg_versioned_hash(kzg_commitment(blob)) AS h, \
         kzg_blob_proof(blob, kzg_commitment(blob)) AS p, kzg_error(blob) AS e \
         FROM '{}/*.parquet' ORDER BY id",
        folder.display()
    )
}

/// Starts a client of a cluster.
pub(crate) fn client(sql: &str, scheduler: &Scheduler) -> Process {
    let mut command = program(&[sql, "--csv", "--cluster", &scheduler.address]);
    Process::start(command.stdout(Stdio::piped()).stderr(Stdio::piped()))
}

/// Waits for a client; returns its exit code and its output.
pub(crate) fn finished(client: Process) -> (Option<i32>, String, String) {
    let mut client = client;
    let read = |mut from: Box<dyn std::io::Read + Send>| {
        std::thread::spawn(move || {
            let mut text = String::new();
            from.read_to_string(&mut text).expect("UTF-8");
            text
        })
    };
    let output = read(Box::new(client.0.stdout.take().expect("a pipe")));
    let errors = read(Box::new(client.0.stderr.take().expect("a pipe")));
    let exit = client.wait(LIMIT);
    (
        exit,
        output.join().expect("text"),
        errors.join().expect("text"),
    )
}

#[test]
fn a_killed_executor_and_a_killed_scheduler_change_no_answer() {
    let folder = tempfile::tempdir().expect("a folder");
    let sql = statement(folder.path());
    let embedded = printed(&[&sql, "--csv"]);
    let reasons = embedded
        .lines()
        .filter(|line| line.contains("argument blob"))
        .count();
    assert_eq!(reasons, 1, "one row is malformed");

    let work = tempfile::tempdir().expect("a folder");
    let mut scheduler = Scheduler::start("127.0.0.1:0");
    let mut first = Executor::start(&scheduler.address, &work.path().join("1"));
    let second = Executor::start(&scheduler.address, &work.path().join("2"));

    // An executor is lost after it has finished a task, so that its results are lost with it.
    let running = client(&sql, &scheduler);
    first.wait_for_a_result();
    first.process.kill();
    let (exit, output, errors) = finished(running);
    assert_eq!(exit, Some(0), "{errors}");
    assert!(
        output == embedded,
        "the cluster's answer differs:\n{output}\n{embedded}"
    );

    // Without its scheduler, a client ends. The query is long, so that it runs on when the third
    // executor, which begins later, has finished a task.
    let more = tempfile::tempdir().expect("a folder");
    let long = statement_over(more.path(), 1024);
    let third = Executor::start(&scheduler.address, &work.path().join("3"));
    let mut running = client(&long, &scheduler);
    third.wait_for_a_result();
    scheduler.process.kill();
    let exit = running.wait(Duration::from_secs(60));
    assert_eq!(exit, Some(4), "a client without a scheduler");

    // Executors register again with the next scheduler at the same address.
    let scheduler = Scheduler::start(&scheduler.address);
    let (exit, output, errors) = finished(client(&sql, &scheduler));
    assert_eq!(exit, Some(0), "{errors}");
    assert!(output == embedded, "the second cluster's answer differs");
    drop(second);
}

#[test]
fn a_copy_on_a_cluster_is_read_back_and_cells_are_written_by_the_executors() {
    let folder = tempfile::tempdir().expect("a folder");
    let blobs: Vec<_> = (0..6).map(blob).collect();
    let table = folder.path().join("blobs.parquet");
    write_blobs(&table, 0, &blobs);
    let work = tempfile::tempdir().expect("a folder");
    let scheduler = Scheduler::start("127.0.0.1:0");
    let _executor = Executor::start(&scheduler.address, &work.path().join("1"));
    let cluster = ["--csv", "--cluster", &scheduler.address];
    let copied = folder.path().join("proved");
    let copy = format!(
        "COPY (SELECT id, blob, kzg_commitment(blob) AS c FROM '{}') TO '{}/' STORED AS PARQUET",
        table.display(),
        copied.display()
    );
    let [csv, flag, address] = cluster;
    assert_eq!(printed(&[&copy, csv, flag, address]), "count\n6\n");
    let read = format!(
        "SELECT count(*) AS n, bool_and(c = kzg_commitment(blob)) AS ok FROM '{}/'",
        copied.display()
    );
    assert_eq!(printed(&[&read, csv]), "n,ok\n6,true\n");
    let cells = folder.path().join("cells");
    let write = format!(
        "SELECT count(*) AS n FROM (SELECT kzg_write_cells(blob, '{}/' || id || '.cells') AS s \
         FROM '{}') WHERE s = 'written'",
        cells.display(),
        table.display()
    );
    assert_eq!(printed(&[&write, csv, flag, address]), "n\n6\n");
    for id in 0..6 {
        let length = std::fs::metadata(cells.join(format!("{id}.cells")))
            .expect("cells")
            .len();
        assert_eq!(length, 262_144);
    }
}

#[test]
fn an_executor_with_another_setup_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let setup = development_setup(folder.path());
    let scheduler = Scheduler::start("127.0.0.1:0");
    let mut command = program(&["executor", "--scheduler", &scheduler.address]);
    command
        .arg("--trusted-setup")
        .arg(&setup)
        .arg("--work-dir")
        .arg(folder.path());
    let refused = Process::start(command.stdout(Stdio::piped()).stderr(Stdio::piped()));
    let (exit, _, errors) = finished(refused);
    assert_eq!(exit, Some(4), "{errors}");
    assert!(errors.contains("refused: executor has version"), "{errors}");
}

#[test]
fn a_client_with_another_setup_is_refused_and_one_with_the_same_setup_is_answered() {
    let folder = tempfile::tempdir().expect("a folder");
    let setup = development_setup(folder.path());
    let table = folder.path().join("t.parquet");
    write_blobs(&table, 0, &[blob(1)]);
    // The client computes the second commitment, and an executor the first one.
    let sql = format!(
        "SELECT kzg_commitment(blob) AS c, kzg_commitment(X'{}') AS d FROM '{}'",
        "00".repeat(131_072),
        table.display()
    );
    let statement = folder.path().join("statement.sql");
    std::fs::write(&statement, sql).expect("a new file");
    let answer = |cluster: &[&str]| {
        let mut command = program(&["-", "--csv"]);
        command
            .args(cluster)
            .stdin(File::open(&statement).expect("the statement"));
        finished(Process::start(
            command.stdout(Stdio::piped()).stderr(Stdio::piped()),
        ))
    };
    let work = tempfile::tempdir().expect("a folder");
    let scheduler = Scheduler::start("127.0.0.1:0");
    let _executor = Executor::start(&scheduler.address, work.path());
    let cluster = ["--cluster", &scheduler.address];
    let other = ["--trusted-setup", text(&setup)];
    let (exit, output, errors) = answer(&[cluster, other].concat());
    assert_eq!(exit, Some(4), "{output}{errors}");
    assert!(errors.contains("refused: client has version"), "{errors}");
    let (exit, output, errors) = answer(&cluster);
    assert_eq!(exit, Some(0), "{errors}");
    let (_, embedded, _) = answer(&[]);
    assert_eq!(output, embedded);
}

#[test]
fn an_executor_and_a_scheduler_that_are_interrupted_end_with_130() {
    let work = tempfile::tempdir().expect("a folder");
    let mut scheduler = Scheduler::start("127.0.0.1:0");
    let mut executor = Executor::start(&scheduler.address, work.path());
    // The executor has registered when it answers.
    let (exit, _, errors) = finished(client("SELECT 1", &scheduler));
    assert_eq!(exit, Some(0), "{errors}");
    executor.process.interrupt();
    assert_eq!(executor.process.wait(LIMIT), Some(130));
    scheduler.process.interrupt();
    assert_eq!(scheduler.process.wait(LIMIT), Some(130));
}

#[test]
fn a_cluster_at_addresses_of_ipv6_answers() {
    if TcpListener::bind("[::1]:0").is_err() {
        skipped("there is no address ::1");
        return;
    }
    let work = tempfile::tempdir().expect("a folder");
    let scheduler = Scheduler::start("[::1]:0");
    let _executor = Executor::start_at("::1", &scheduler.address, work.path());
    let (exit, output, errors) = finished(client("SELECT 1 AS n", &scheduler));
    assert_eq!(exit, Some(0), "{errors}");
    assert_eq!(output, "n\n1\n");
}

/// A free port.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address").port()
}

#[tokio::test]
async fn an_executor_of_another_version_or_of_another_program_is_refused() {
    let scheduler = Scheduler::start("127.0.0.1:0");
    let (host, port) = scheduler.address.rsplit_once(':').expect("a port");
    let kzg = kzg();
    let other = Identity::new("99.0.0", kzg.identity().setup());
    let work = tempfile::tempdir().expect("a folder");
    for executor_id in [Admission::executor_id(&other), "plain-executor".to_owned()] {
        let config = ExecutorProcessConfig {
            executor_id: executor_id.clone(),
            scheduler_host: host.to_owned(),
            scheduler_port: port.parse().expect("a port"),
            port: free_port(),
            grpc_port: free_port(),
            vcores: 1,
            work_dir: Some(work.path().to_string_lossy().into_owned()),
            ..ExecutorProcessConfig::default()
        };
        let outcome = tokio::time::timeout(LIMIT, start_executor_process(Arc::new(config))).await;
        let error = outcome
            .expect("an answer in time")
            .expect_err("refused")
            .to_string();
        assert!(
            error.contains("refused: executor"),
            "{executor_id}: {error}"
        );
    }
}
