//! With the feature `link`, links the static archive that `CONSTANTINE_ARCHIVE` names.

use std::env;
use std::path::Path;

fn main() {
    println!("cargo::rustc-check-cfg=cfg(constantine_linked)");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=CONSTANTINE_ARCHIVE");
    if env::var_os("CARGO_FEATURE_LINK").is_none() {
        return;
    }
    let Some(archive) = env::var_os("CONSTANTINE_ARCHIVE").filter(|path| !path.is_empty()) else {
        return;
    };
    let archive = Path::new(&archive);
    println!("cargo::rerun-if-changed={}", archive.display());
    match (archive.is_file(), archive.parent(), library_name(archive)) {
        (true, Some(folder), Some(name)) => {
            println!("cargo::rustc-link-search=native={}", folder.display());
            println!("cargo::rustc-link-lib=static={name}");
            println!("cargo::rustc-cfg=constantine_linked");
        }
        // With the feature `link`, a missing archive is an error, so that no binary silently looks for a
        // shared library.
        _ => println!(
            "cargo::error=CONSTANTINE_ARCHIVE={}: no file named libNAME.a or NAME.lib",
            archive.display()
        ),
    }
}

/// The name of an archive for the linker.
fn library_name(archive: &Path) -> Option<&str> {
    let name = archive.file_name()?.to_str()?;
    let unix = name
        .strip_prefix("lib")
        .and_then(|name| name.strip_suffix(".a"));
    unix.or_else(|| name.strip_suffix(".lib"))
}
