//! Verification of audit logs: any bytes, and logs that were edited.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;
use std::time::Duration;

use arbitrary::{Result, Unstructured};
use kzg_advanced::audit::{
    AuditCall, AuditKey, AuditLogger, AuditOptions, CheckpointOptions, Expected, Head, head,
    verify, verify_against,
};
use kzg_traits::{Error, Operation};
use sha2::{Digest, Sha256};

use crate::damage;

const TOKENS: &[&[u8]] = &[
    b"\n",
    b"{\"prev\":\"",
    b"\",\"seq\":0",
    b",\"hash\":\"",
    b"\"}\n",
    b"\"checkpoint\":{",
    b"\"signature\":\"",
    b"18446744073709551615",
    b"-1",
    b"null",
];

/// The content of a log, signed or not, and the head that it ended with.
struct Written {
    content: Vec<u8>,
    head: Head,
    is_signed: bool,
}

static LOGS: LazyLock<[Written; 2]> = LazyLock::new(|| [false, true].map(write));

fn key() -> AuditKey {
    AuditKey::from_seed(&[7; 32])
}

fn write(is_signed: bool) -> Written {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("audit.jsonl");
    let options = AuditOptions::default();
    let logger = if is_signed {
        let every = CheckpointOptions::new(key()).with_interval(3, Duration::from_secs(3600));
        AuditLogger::open_signed(&path, options, every)
    } else {
        AuditLogger::open(&path, options)
    };
    let logger = logger.expect("a new log");
    for number in 0..8 {
        let call = AuditCall::new(number, Operation::BlobToKzgCommitment, "blst");
        let error = Error::Fault {
            backend: "blst".to_owned(),
            message: "\"quoted\"\n".to_owned(),
        };
        let logged = match number % 3 {
            0 => logger.log_success(&call, [number as u8; 32]),
            1 => logger.log_failure(&call, &error),
            _ => logger.log_retry(&call, "blst", 1, &error),
        };
        logged.expect("written");
    }
    logger.checkpoint().expect("written");
    let head = logger.head();
    drop(logger);
    Written {
        content: fs::read(&path).expect("the log"),
        head,
        is_signed,
    }
}

/// Runs the target.
pub fn run(data: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("audit.jsonl");
    fs::write(&path, data).expect("a file");
    let report = verify(&path).expect("readable");
    // Random bytes do not form a valid hash chain.
    assert!(
        report.records == 0 || !report.passed() || data.len() > 200,
        "{report:?}"
    );
    let _ = attempt(&path, &mut Unstructured::new(data));
}

fn attempt(path: &Path, u: &mut Unstructured<'_>) -> Result<()> {
    let log = &LOGS[u.choose_index(2)?];
    let recomputes = u.arbitrary::<bool>()?;
    let mut content = log.content.clone();
    damage::edit(u, &mut content, 2, TOKENS)?;
    if u.ratio(1, 4)? {
        change_case(u, &mut content)?;
    }
    if recomputes {
        content = with_hashes(&content);
    }
    fs::write(path, &content).expect("a file");
    let mut expected = Expected::default().with_head(log.head).with_from(0);
    if log.is_signed {
        expected = expected.with_key(key().public());
    }
    let report = verify_against(path, &expected).expect("readable");
    // Only bytes after the last record may differ: an incomplete line, as a crash leaves it.
    let is_intact =
        content.starts_with(&log.content) && !content[log.content.len()..].contains(&b'\n');
    assert_eq!(report.passed(), is_intact, "{report:?}");
    if is_intact {
        assert_eq!(
            report.torn_bytes as usize,
            content.len() - log.content.len()
        );
    }
    let kept = content
        .iter()
        .zip(&log.content)
        .take_while(|(a, b)| a == b)
        .count();
    let whole = log.content[..kept]
        .iter()
        .filter(|byte| **byte == b'\n')
        .count() as u64;
    assert!(
        report.records >= whole,
        "the records before the damage hold"
    );
    // With new hashes, a number that was edited is that of the head.
    if let Ok((head, _)) = head(path)
        && !recomputes
    {
        assert!(head.next <= log.head.next, "no record is invented");
    }
    reopen(path, &content)
}

/// Changes the case of the first letter after some place. The digits of a hash have one case.
fn change_case(u: &mut Unstructured<'_>, content: &mut [u8]) -> Result<()> {
    let place = u.choose_index(content.len() + 1)?;
    let letter = content[place..]
        .iter_mut()
        .find(|byte| byte.is_ascii_alphabetic());
    if let Some(letter) = letter {
        *letter ^= 0x20;
    }
    Ok(())
}

/// The log of somebody who edits it and computes the hashes again, so that the chain holds as far as each line still has
/// the form of a record. Only the expected head or a signature shows the edit.
fn with_hashes(content: &[u8]) -> Vec<u8> {
    let mut previous = None;
    let lines = content.split_inclusive(|byte| *byte == b'\n');
    let lines = lines.map(|line| match with_hash(line, previous.as_deref()) {
        Some((line, hash)) => {
            previous = Some(hash);
            line
        }
        None => line.to_vec(),
    });
    lines.collect::<Vec<_>>().concat()
}

/// A record after one with the given hash, and its own hash; `None` if the line does not have the form of a record.
fn with_hash(line: &[u8], previous: Option<&[u8]>) -> Option<(Vec<u8>, Vec<u8>)> {
    const PREVIOUS: &[u8] = b"{\"prev\":\"";
    const HASH: &[u8] = b",\"hash\":\"";
    const END: &[u8] = b"\"}\n";
    const DIGITS: usize = 64;

    let rest = line.strip_prefix(PREVIOUS)?;
    let (claimed, rest) = rest.split_at_checked(DIGITS)?;
    let rest = rest.strip_suffix(END)?;
    let (members, _) = rest.split_at_checked(rest.len().checked_sub(DIGITS)?)?;
    let members = members.strip_suffix(HASH)?;
    let hashed = [PREVIOUS, previous.unwrap_or(claimed), members].concat();
    let digits = Sha256::digest(&hashed)
        .iter()
        .flat_map(|byte| format!("{byte:02x}").into_bytes())
        .collect::<Vec<u8>>();
    Some(([&hashed[..], HASH, &digits, END].concat(), digits))
}

/// A damaged log is refused, or continued after its last record so that the chain holds.
fn reopen(path: &Path, content: &[u8]) -> Result<()> {
    let before = verify(path).expect("readable");
    let relaxed = AuditOptions::default().with_loss_bound(u64::MAX, Duration::from_secs(3600));
    let Ok(logger) = AuditLogger::open(path, relaxed) else {
        assert_eq!(
            fs::read(path).expect("the log"),
            content,
            "a log that is refused is not changed"
        );
        return Ok(());
    };
    drop(logger);
    let after = verify(path).expect("readable");
    if before.broken.is_none() {
        assert!(after.broken.is_none(), "{after:?}");
        assert_eq!(
            after.records,
            before.records + 1,
            "the record of the opening"
        );
        assert_eq!(after.torn_bytes, 0);
    }
    Ok(())
}
