//! TLS with certificates that the tests make.

use std::fs;
use std::path::{Path, PathBuf};

use http_body_util::Full;
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use kzg_server::TlsFiles;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair,
};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy_bidirectional};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::operation::refused;
use super::*;

/// An authority and the files of certificates that it has signed.
pub(super) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    file: PathBuf,
}

impl Authority {
    pub(super) fn new(dir: &Path, name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("a certificate");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer =
            CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a certificate"))
                .expect("a certificate");
        let file = dir.join(format!("{name}.pem"));
        fs::write(&file, issuer.pem()).expect("a certificate");
        Self { issuer, file }
    }

    /// Writes a certificate and its key.
    pub(super) fn sign(
        &self,
        dir: &Path,
        name: &str,
        usage: ExtendedKeyUsagePurpose,
    ) -> (PathBuf, PathBuf) {
        let mut params =
            CertificateParams::new(vec!["localhost".to_owned()]).expect("a certificate");
        params.extended_key_usages = vec![usage];
        let key = KeyPair::generate().expect("a certificate");
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        let files = (
            dir.join(format!("{name}.crt")),
            dir.join(format!("{name}.key")),
        );
        fs::write(&files.0, certificate.pem()).expect("a certificate");
        fs::write(&files.1, key.serialize_pem()).expect("a certificate");
        files
    }
}

/// The configuration of a client, with its certificate and key where it has them.
fn client_config(roots: &Path, client: Option<&(PathBuf, PathBuf)>) -> ClientConfig {
    let mut trusted = RootCertStore::empty();
    trusted
        .add(CertificateDer::from_pem_file(roots).expect("a certificate"))
        .expect("a certificate");
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("a certificate")
        .with_root_certificates(trusted);
    match client {
        None => builder.with_no_client_auth(),
        Some((certificate, key)) => {
            let chain = vec![CertificateDer::from_pem_file(certificate).expect("a certificate")];
            builder
                .with_client_auth_cert(
                    chain,
                    PrivateKeyDer::from_pem_file(key).expect("a certificate"),
                )
                .expect("a certificate")
        }
    }
}

/// Asks for `/livez` over TLS.
async fn ask(
    address: std::net::SocketAddr,
    roots: &Path,
    client: Option<&(PathBuf, PathBuf)>,
) -> std::io::Result<StatusCode> {
    let stream = TcpStream::connect(address).await?;
    ask_over(stream, client_config(roots, client)).await
}

/// Asks for `/livez` over TLS on a connection.
async fn ask_over<S>(stream: S, config: ClientConfig) -> std::io::Result<StatusCode>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let name = ServerName::try_from("localhost").expect("a certificate");
    let stream = TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await?;
    let other = std::io::Error::other;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .map_err(other)?;
    tokio::spawn(connection);
    let request = Request::get("/livez").header("host", "localhost");
    let request = request
        .body(Full::<Bytes>::default())
        .expect("a certificate");
    Ok(sender.send_request(request).await.map_err(other)?.status())
}

#[tokio::test(flavor = "multi_thread")]
async fn certificates_are_used_demanded_and_read_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path();
    let authority = Authority::new(path, "authority");
    let stranger = Authority::new(path, "stranger");
    let (certificates, key) = authority.sign(path, "server", ExtendedKeyUsagePurpose::ServerAuth);
    let client = authority.sign(path, "client", ExtendedKeyUsagePurpose::ClientAuth);
    let unknown = stranger.sign(path, "unknown", ExtendedKeyUsagePurpose::ClientAuth);
    let files = TlsFiles {
        certificates: certificates.clone(),
        key: key.clone(),
        client_authorities: None,
    };
    let open = start(fake(), |options| options.tls = Some(files.clone())).await;
    assert_eq!(
        ask(open.address, &authority.file, None).await.unwrap(),
        StatusCode::OK
    );
    assert!(ask(open.address, &stranger.file, None).await.is_err());
    let mutual = start(fake(), |options| {
        options.tls = Some(TlsFiles {
            client_authorities: Some(authority.file.clone()),
            ..files
        });
    })
    .await;
    let ok = ask(mutual.address, &authority.file, Some(&client)).await;
    assert_eq!(ok.unwrap(), StatusCode::OK);
    assert!(ask(mutual.address, &authority.file, None).await.is_err());
    assert!(
        ask(mutual.address, &authority.file, Some(&unknown))
            .await
            .is_err()
    );
    // A certificate of another authority is used after it was read again.
    let (renewed, renewed_key) =
        stranger.sign(path, "renewed", ExtendedKeyUsagePurpose::ServerAuth);
    fs::copy(renewed, &certificates).unwrap();
    fs::copy(renewed_key, &key).unwrap();
    open.server.reload().unwrap();
    assert_eq!(
        ask(open.address, &stranger.file, None).await.unwrap(),
        StatusCode::OK
    );
    assert!(ask(open.address, &authority.file, None).await.is_err());
    fs::write(&key, "no key").unwrap();
    assert!(open.server.reload().is_err());
    assert_eq!(
        ask(open.address, &stranger.file, None).await.unwrap(),
        StatusCode::OK
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drain_serves_clients_whose_handshake_is_under_way() {
    let dir = tempfile::tempdir().unwrap();
    let authority = Authority::new(dir.path(), "authority");
    let usage = ExtendedKeyUsagePurpose::ServerAuth;
    let (certificates, key) = authority.sign(dir.path(), "server", usage);
    let files = TlsFiles {
        certificates,
        key,
        client_authorities: None,
    };
    let Running { server, address } = start(fake(), |options| options.tls = Some(files)).await;
    // The bytes of the client go through the test, which holds them back.
    let (near, mut far) = tokio::io::duplex(1 << 20);
    let asked = tokio::spawn(ask_over(near, client_config(&authority.file, None)));
    let mut stream = TcpStream::connect(address).await.unwrap();
    let mut hello = vec![0; 1 << 16];
    loop {
        tokio::select! {
            sent = far.read(&mut hello) => stream.write_all(&hello[..sent.unwrap()]).await.unwrap(),
            answered = stream.readable() => break answered.unwrap(),
        }
    }
    let drained = tokio::spawn(server.shut_down());
    refused(address).await;
    let copied = tokio::spawn(async move { copy_bidirectional(&mut far, &mut stream).await });
    let status = tokio::time::timeout(LONG, asked).await.unwrap().unwrap();
    assert_eq!(status.unwrap(), StatusCode::OK);
    let _ = copied.await.unwrap();
    drained.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn authorities_are_read_again_whatever_the_state_of_the_key() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path();
    let (authority, other) = (
        Authority::new(path, "authority"),
        Authority::new(path, "other"),
    );
    let (certificates, key) = authority.sign(path, "server", ExtendedKeyUsagePurpose::ServerAuth);
    let removed = authority.sign(path, "removed", ExtendedKeyUsagePurpose::ClientAuth);
    let added = other.sign(path, "added", ExtendedKeyUsagePurpose::ClientAuth);
    let authorities = path.join("authorities");
    fs::copy(&authority.file, &authorities).unwrap();
    let files = TlsFiles {
        certificates,
        key: key.clone(),
        client_authorities: Some(authorities.clone()),
    };
    let running = start(fake(), |options| options.tls = Some(files)).await;
    let ask = |client| ask(running.address, &authority.file, Some(client));
    assert_eq!(ask(&removed).await.unwrap(), StatusCode::OK);
    fs::copy(&other.file, &authorities).unwrap();
    fs::write(&key, "no key").unwrap();
    assert!(running.server.reload().is_err());
    assert!(ask(&removed).await.is_err());
    assert_eq!(ask(&added).await.unwrap(), StatusCode::OK);
}
