//! TLS, with certificates that can be read again.

use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::server::danger::ClientCertVerifier;
use tokio_rustls::rustls::sign::{CertifiedKey, SingleCertAndKey};
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

use crate::files::{FileError, FileFault, read};
use crate::options::TlsFiles;

/// The certificates of a server.
#[derive(Debug)]
pub(crate) struct Tls {
    files: TlsFiles,
    used: RwLock<Used>,
}

/// The content of the files, as of the last time that each could be used.
#[derive(Debug)]
struct Used {
    /// The chain of the server's certificates, with its key.
    identity: Arc<SingleCertAndKey>,
    /// The check of clients' certificates.
    clients: Arc<dyn ClientCertVerifier>,
    config: Arc<ServerConfig>,
}

impl Tls {
    /// Reads the files.
    ///
    /// # Errors
    ///
    /// A file that cannot be read or used, with its name.
    pub(crate) fn load(files: &TlsFiles) -> Result<Self, FileError> {
        let (identity, clients) = (identity(files)?, clients(files)?);
        Ok(Self {
            used: RwLock::new(Used {
                config: config(files, &identity, &clients)?,
                identity,
                clients,
            }),
            files: files.clone(),
        })
    }

    /// Reads the files again, for connections that begin later. The authorities of clients are used
    /// whatever the state of the server's own files, and the other way round: a client whose authority
    /// was removed is not accepted.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load), for the first file that cannot be used. The earlier content stays.
    pub(crate) fn reload(&self) -> Result<(), FileError> {
        let (identity, clients) = (identity(&self.files), clients(&self.files));
        let mut used = self.used.write().unwrap_or_else(PoisonError::into_inner);
        let of_identity = identity.map(|identity| used.identity = identity);
        let of_clients = clients.map(|clients| used.clients = clients);
        used.config = config(&self.files, &used.identity, &used.clients)?;
        of_identity.and(of_clients)
    }

    /// The acceptor of a connection.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        let used = self.used.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&used.config).into()
    }
}

/// The chain of the server's certificates, with its key.
fn identity(files: &TlsFiles) -> Result<Arc<SingleCertAndKey>, FileError> {
    let key = PrivateKeyDer::from_pem_slice(&read(&files.key)?);
    let key = key.map_err(FileFault::tls_at(&files.key))?;
    let chain = certificates(&files.certificates)?;
    let certified = CertifiedKey::from_der(chain, key, &ring::default_provider());
    let certified = certified.map_err(FileFault::tls_at(&files.certificates))?;
    Ok(Arc::new(SingleCertAndKey::from(certified)))
}

/// The check of clients' certificates.
fn clients(files: &TlsFiles) -> Result<Arc<dyn ClientCertVerifier>, FileError> {
    let Some(path) = &files.client_authorities else {
        return Ok(WebPkiClientVerifier::no_client_auth());
    };
    let mut roots = RootCertStore::empty();
    for certificate in certificates(path)? {
        roots.add(certificate).map_err(FileFault::tls_at(path))?;
    }
    let provider = Arc::new(ring::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
    verifier.build().map_err(FileFault::tls_at(path))
}

fn config(
    files: &TlsFiles,
    identity: &Arc<SingleCertAndKey>,
    clients: &Arc<dyn ClientCertVerifier>,
) -> Result<Arc<ServerConfig>, FileError> {
    let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(FileFault::tls_at(&files.certificates))?;
    let builder = builder.with_client_cert_verifier(Arc::clone(clients));
    let mut config = builder.with_cert_resolver(Arc::clone(identity) as _);
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, FileError> {
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&read(path)?).collect();
    let all = all.map_err(FileFault::tls_at(path))?;
    if all.is_empty() {
        return Err(FileFault::at(path)(FileFault::NoCertificate));
    }
    Ok(all)
}
