//! Credentials of clients: bearer tokens from a file, and JSON Web Tokens as in the Engine API.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{SystemTime, UNIX_EPOCH};

use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::files::{self, FileError, FileFault};

/// The seconds by which the clock of a client may differ, as in the Engine API.
const CLOCK_DIFFERENCE: u64 = 60;

/// The credentials that are accepted, from files that can be read again.
#[derive(Debug)]
pub struct Credentials {
    tokens: Option<PathBuf>,
    jwt_secret: Option<PathBuf>,
    accepted: RwLock<Arc<Accepted>>,
}

struct Accepted {
    /// The digests of the tokens: the time of comparing digests reveals nothing about a token.
    tokens: Vec<[u8; 32]>,
    key: Option<DecodingKey>,
}

impl core::fmt::Debug for Accepted {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Accepted")
            .field("tokens", &self.tokens.len())
            .field("jwt", &self.key.is_some())
            .finish()
    }
}

/// The claims of a token. The time of issue is all that the Engine API demands.
#[derive(Deserialize)]
struct Claims {
    iat: u64,
    exp: Option<u64>,
}

impl Credentials {
    /// Reads the files.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, or that has no credentials.
    pub fn load(tokens: Option<&Path>, jwt_secret: Option<&Path>) -> Result<Self, FileError> {
        let accepted = Accepted {
            tokens: tokens.map(read_tokens).transpose()?.unwrap_or_default(),
            key: jwt_secret.map(read_secret).transpose()?,
        };
        Ok(Self {
            tokens: tokens.map(Path::to_owned),
            jwt_secret: jwt_secret.map(Path::to_owned),
            accepted: RwLock::new(Arc::new(accepted)),
        })
    }

    /// Reads the files again. Each file that can be used replaces its earlier content, whatever the
    /// state of the other file: a token that is not in its file any more is not accepted.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load), for the first file that cannot be used. Its earlier content stays.
    pub fn reload(&self) -> Result<(), FileError> {
        let tokens = self.tokens.as_deref().map(read_tokens);
        let key = self.jwt_secret.as_deref().map(read_secret);
        let mut accepted = self
            .accepted
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let earlier = Arc::clone(&accepted);
        let (tokens, of_tokens) = match tokens.transpose() {
            Ok(tokens) => (tokens.unwrap_or_default(), Ok(())),
            Err(error) => (earlier.tokens.clone(), Err(error)),
        };
        let (key, of_key) = match key.transpose() {
            Ok(key) => (key, Ok(())),
            Err(error) => (earlier.key.clone(), Err(error)),
        };
        *accepted = Arc::new(Accepted { tokens, key });
        of_tokens.and(of_key)
    }

    /// Whether a request needs credentials.
    #[must_use]
    pub fn required(&self) -> bool {
        self.tokens.is_some() || self.jwt_secret.is_some()
    }

    /// Whether a request with this `Authorization` header is accepted.
    #[must_use]
    pub fn accept(&self, authorization: Option<&str>) -> bool {
        if !self.required() {
            return true;
        }
        let Some((scheme, token)) = authorization.and_then(|header| header.split_once(' ')) else {
            return false;
        };
        if !scheme.eq_ignore_ascii_case("bearer") {
            return false;
        }
        let token = token.trim();
        let accepted = self.accepted.read().unwrap_or_else(PoisonError::into_inner);
        let accepted = Arc::clone(&accepted);
        let digest: [u8; 32] = Sha256::digest(token).into();
        accepted.tokens.contains(&digest)
            || accepted
                .key
                .as_ref()
                .is_some_and(|key| is_valid(token, key))
    }
}

fn read_text(path: &Path) -> Result<String, FileError> {
    let not_a_text = |error| io::Error::new(io::ErrorKind::InvalidData, error);
    let text = String::from_utf8(files::read(path)?).map_err(not_a_text);
    text.map_err(FileFault::at(path))
}

/// One token on each line; empty lines and lines that begin with `#` are left out.
fn read_tokens(path: &Path) -> Result<Vec<[u8; 32]>, FileError> {
    let text = read_text(path)?;
    let lines = text.lines().map(str::trim);
    let lines: Vec<&str> = lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect();
    let is_sendable = |line: &&str| line.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if lines.is_empty() {
        return Err(FileFault::at(path)(FileFault::NoToken));
    }
    if !lines.iter().all(is_sendable) {
        return Err(FileFault::at(path)(FileFault::NotAscii));
    }
    Ok(lines
        .iter()
        .map(|token| Sha256::digest(token).into())
        .collect())
}

/// A secret of 32 bytes, as hexadecimal digits.
fn read_secret(path: &Path) -> Result<DecodingKey, FileError> {
    let text = read_text(path)?;
    let mut secret = [0; 32];
    let digits = text.trim();
    hex::decode_to_slice(digits.strip_prefix("0x").unwrap_or(digits), &mut secret)
        .map_err(|_| FileFault::at(path)(FileFault::NotASecret))?;
    Ok(DecodingKey::from_secret(&secret))
}

/// Whether a JSON Web Token has the right signature, was issued now and has not expired.
fn is_valid(token: &str, key: &DecodingKey) -> bool {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    let Ok(token) = jsonwebtoken::decode::<Claims>(token, key, &validation) else {
        return false;
    };
    let Ok(now) = SystemTime::now().duration_since(UNIX_EPOCH) else {
        return false;
    };
    let (now, claims) = (now.as_secs(), token.claims);
    now.abs_diff(claims.iat) <= CLOCK_DIFFERENCE && claims.exp.is_none_or(|exp| exp > now)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use jsonwebtoken::{EncodingKey, Header};
    use serde_json::json;

    use super::*;

    fn seconds() -> u64 {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap()
            .as_secs()
    }

    fn token(algorithm: Algorithm, secret: &[u8], claims: &serde_json::Value) -> String {
        let key = EncodingKey::from_secret(secret);
        let token = jsonwebtoken::encode(&Header::new(algorithm), claims, &key).unwrap();
        format!("Bearer {token}")
    }

    #[test]
    fn without_files_everyone_is_accepted() {
        let credentials = Credentials::load(None, None).unwrap();
        assert!(!credentials.required() && credentials.accept(None));
    }

    #[test]
    fn a_token_that_no_request_can_send_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("tokens");
        for token in ["töken", "to\tken", "to\u{7f}ken"] {
            fs::write(&path, format!("first\n{token}\n")).unwrap();
            let error = Credentials::load(Some(&path), None).unwrap_err();
            assert!(matches!(error.fault, FileFault::NotAscii), "{error}");
        }
        fs::write(&path, "# Schlüssel\nfirst\n").unwrap();
        assert!(Credentials::load(Some(&path), None).is_ok());
    }

    #[test]
    fn tokens_are_those_of_the_file_which_can_be_read_again() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("tokens");
        fs::write(&path, "# clients\n\nfirst\n second \n").unwrap();
        let credentials = Credentials::load(Some(&path), None).unwrap();
        for header in ["Bearer first", "bearer second", "BEARER  first"] {
            assert!(credentials.accept(Some(header)), "{header}");
        }
        for header in [
            "Bearer third",
            "Basic first",
            "first",
            "Bearer ",
            "Bearer # clients",
            "",
        ] {
            assert!(!credentials.accept(Some(header)), "{header}");
        }
        assert!(!credentials.accept(None));
        fs::write(&path, "third").unwrap();
        credentials.reload().unwrap();
        assert!(credentials.accept(Some("Bearer third")));
        assert!(!credentials.accept(Some("Bearer first")));
        fs::write(&path, "\n# none\n").unwrap();
        let error = credentials.reload().unwrap_err();
        assert!(matches!(error.fault, FileFault::NoToken), "{error}");
        assert!(
            credentials.accept(Some("Bearer third")),
            "the earlier tokens stay"
        );
    }

    #[test]
    fn each_file_that_can_be_used_is_read_again() {
        let dir = tempfile::tempdir().unwrap();
        let (tokens, secret) = (dir.path().join("tokens"), dir.path().join("jwt.hex"));
        fs::write(&tokens, "old").unwrap();
        fs::write(&secret, "ab".repeat(32)).unwrap();
        let credentials = Credentials::load(Some(&tokens), Some(&secret)).unwrap();
        let web_token = |secret: [u8; 32]| {
            let claims = json!({"iat": seconds()});
            token(Algorithm::HS256, &secret, &claims)
        };
        fs::write(&tokens, "new").unwrap();
        fs::write(&secret, "no secret").unwrap();
        let error = credentials.reload().unwrap_err();
        assert!(matches!(error.fault, FileFault::NotASecret), "{error}");
        assert!(credentials.accept(Some("Bearer new")));
        assert!(!credentials.accept(Some("Bearer old")));
        assert!(credentials.accept(Some(&web_token([0xab; 32]))));
        fs::write(&tokens, "").unwrap();
        fs::write(&secret, "cd".repeat(32)).unwrap();
        let error = credentials.reload().unwrap_err();
        assert!(matches!(error.fault, FileFault::NoToken), "{error}");
        assert!(credentials.accept(Some("Bearer new")));
        assert!(credentials.accept(Some(&web_token([0xcd; 32]))));
        assert!(!credentials.accept(Some(&web_token([0xab; 32]))));
    }

    #[test]
    fn web_tokens_have_the_right_secret_algorithm_and_time() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("jwt.hex");
        fs::write(&path, format!("0x{}\n", "ab".repeat(32))).unwrap();
        let credentials = Credentials::load(None, Some(&path)).unwrap();
        let (secret, now) = ([0xab; 32], seconds());
        let hs256 = Algorithm::HS256;
        for claims in [
            json!({"iat": now}),
            json!({"iat": now - 50, "id": "x"}),
            json!({"iat": now + 50, "exp": now + 100}),
        ] {
            assert!(
                credentials.accept(Some(&token(hs256, &secret, &claims))),
                "{claims}"
            );
        }
        for claims in [
            json!({}),
            json!({"iat": now - 100}),
            json!({"iat": now + 100}),
            json!({"iat": now, "exp": now - 1}),
            json!({"iat": "now"}),
        ] {
            assert!(
                !credentials.accept(Some(&token(hs256, &secret, &claims))),
                "{claims}"
            );
        }
        let claims = json!({"iat": now});
        assert!(!credentials.accept(Some(&token(hs256, &[0; 32], &claims))));
        assert!(!credentials.accept(Some(&token(Algorithm::HS384, &secret, &claims))));
        // A token without a signature.
        let unsigned = "Bearer eyJhbGciOiJub25lIn0.eyJpYXQiOjF9.";
        assert!(!credentials.accept(Some(unsigned)));
        fs::write(&path, "0x1234").unwrap();
        assert!(credentials.reload().is_err());
    }
}
