//! TLS, with certificates that can be read again.

use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

use crate::files::{FileError, FileFault, read};
use crate::options::TlsFiles;

/// The certificates of a server.
#[derive(Debug)]
pub(crate) struct Tls {
    files: TlsFiles,
    config: RwLock<Arc<ServerConfig>>,
}

impl Tls {
    /// Reads the files.
    ///
    /// # Errors
    ///
    /// A file that cannot be read or used, with its name.
    pub(crate) fn load(files: &TlsFiles) -> Result<Self, FileError> {
        Ok(Self {
            config: RwLock::new(Arc::new(config(files)?)),
            files: files.clone(),
        })
    }

    /// Reads the files again, for connections that begin later.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load). The earlier certificates stay then.
    pub(crate) fn reload(&self) -> Result<(), FileError> {
        let config = Arc::new(config(&self.files)?);
        *self.config.write().unwrap_or_else(PoisonError::into_inner) = config;
        Ok(())
    }

    /// The acceptor of a connection.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        let config = self.config.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&config).into()
    }
}

fn config(files: &TlsFiles) -> Result<ServerConfig, FileError> {
    let provider = Arc::new(ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(FileFault::tls_at(&files.certificates))?;
    let builder = match &files.client_authorities {
        None => builder.with_no_client_auth(),
        Some(path) => {
            let mut roots = RootCertStore::empty();
            for certificate in certificates(path)? {
                roots.add(certificate).map_err(FileFault::tls_at(path))?;
            }
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            builder.with_client_cert_verifier(verifier.build().map_err(FileFault::tls_at(path))?)
        }
    };
    let key = PrivateKeyDer::from_pem_slice(&read(&files.key)?);
    let key = key.map_err(FileFault::tls_at(&files.key))?;
    let chain = certificates(&files.certificates)?;
    let mut config = builder
        .with_single_cert(chain, key)
        .map_err(FileFault::tls_at(&files.certificates))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, FileError> {
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&read(path)?).collect();
    let all = all.map_err(FileFault::tls_at(path))?;
    if all.is_empty() {
        return Err(FileFault::at(path)(FileFault::NoCertificate));
    }
    Ok(all)
}
