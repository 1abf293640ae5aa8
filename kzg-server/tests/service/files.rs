//! Files with credentials or certificates that cannot be used.

use std::fs;
use std::path::Path;

use kzg_server::{FileFault, Server, ServerError, ServerOptions, TlsFiles};
use nix::sys::stat::Mode;
use rcgen::ExtendedKeyUsagePurpose;

use super::support::{any_port, backends};
use super::tls::Authority;
use super::*;

/// The ways to give a file to a server. The other files are good ones.
fn uses(dir: &Path, path: &Path) -> Vec<ServerOptions> {
    let authority = Authority::new(dir, "authority");
    let (certificates, key) = authority.sign(dir, "server", ExtendedKeyUsagePurpose::ServerAuth);
    let good = TlsFiles {
        certificates,
        key,
        client_authorities: None,
    };
    let path = path.to_owned();
    let tls = |files| {
        let mut options = ServerOptions::new([any_port()]);
        options.tls = Some(files);
        options
    };
    let mut tokens = ServerOptions::new([any_port()]);
    tokens.tokens = Some(path.clone());
    let mut secret = ServerOptions::new([any_port()]);
    secret.jwt_secret = Some(path.clone());
    vec![
        tokens,
        secret,
        tls(TlsFiles {
            certificates: path.clone(),
            ..good.clone()
        }),
        tls(TlsFiles {
            key: path.clone(),
            ..good.clone()
        }),
        tls(TlsFiles {
            client_authorities: Some(path),
            ..good
        }),
    ]
}

/// The fault that each use of a file has.
async fn faults(dir: &Path, path: &Path) -> Vec<FileFault> {
    let mut faults = Vec::new();
    for options in uses(dir, path) {
        let begun = Server::start(backends(manager(fake())), options);
        // A server that waits for a file keeps the thread.
        let begun = tokio::time::timeout(LONG, tokio::spawn(begun)).await;
        match begun.expect("nothing is waited for").expect("no panic") {
            Err(ServerError::File(error)) => {
                assert_eq!(error.path, path);
                faults.push(error.fault);
            }
            other => panic!("{other:?}"),
        }
    }
    faults
}

#[tokio::test(flavor = "multi_thread")]
async fn named_pipes_devices_and_long_files_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let pipe = dir.path().join("pipe");
    nix::unistd::mkfifo(&pipe, Mode::S_IRWXU).unwrap();
    for path in [&pipe, Path::new("/dev/zero"), dir.path()] {
        let faults = faults(dir.path(), path).await;
        let refused = faults.iter().all(|fault| matches!(fault, FileFault::Io(_)));
        assert!(refused, "{}: {faults:?}", path.display());
    }
    let long = dir.path().join("long");
    fs::write(&long, vec![b'\n'; (1 << 20) + 1]).unwrap();
    let faults = faults(dir.path(), &long).await;
    let limit = 1 << 20;
    let refused =
        |fault: &FileFault| matches!(fault, FileFault::TooLong { limit: l } if *l == limit);
    assert!(faults.iter().all(refused), "{faults:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_named_pipe_in_the_place_of_the_tokens_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let tokens = dir.path().join("tokens");
    fs::write(&tokens, "one\n").unwrap();
    let running = start(fake(), |options| options.tokens = Some(tokens.clone())).await;
    fs::remove_file(&tokens).unwrap();
    nix::unistd::mkfifo(&tokens, Mode::S_IRWXU).unwrap();
    let error = running.server.reload().unwrap_err();
    assert!(matches!(error.fault, FileFault::Io(_)), "{error}");
    let mut request = post(
        running.address,
        "/v1/blob_to_kzg_commitment",
        RAW,
        JSON,
        Bytes::copy_from_slice(&blob(1).0),
    );
    let token = "Bearer one".parse().unwrap();
    request.headers_mut().insert("authorization", token);
    let answer = send(running.address, Version::Http1, request).await;
    assert_eq!(answer.status, hyper::StatusCode::OK);
}
