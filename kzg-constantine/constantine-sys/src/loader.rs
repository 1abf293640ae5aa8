//! Finds the library, resolves its functions and keeps it loaded.

use core::ffi::c_void;
use core::mem::ManuallyDrop;
use core::ptr::NonNull;
use std::env;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::error::{LIBRARY_VARIABLE, LoadAttempt, LoadError, NamedBy, Origin};
use crate::functions::{ContextCalls, LowLevel};
use crate::self_test;

/// The library in use.
#[derive(Debug)]
pub struct Library {
    /// Field, groups, codecs and pairing.
    pub low_level: LowLevel,
    /// The calls on a context, or the symbols of these calls that the library lacks.
    pub context: Result<ContextCalls, Vec<&'static str>>,
    /// The origin of the library.
    pub origin: Origin,
}

/// The library of this process. It is never unloaded, because the library keeps state for each
/// thread. There is only one, because values of two libraries must not be mixed.
static LIBRARY: OnceLock<Library> = OnceLock::new();
/// Held while a library is opened and tested.
static LOADING: Mutex<()> = Mutex::new(());

/// The library in use, if one has been loaded.
#[inline]
pub fn loaded() -> Option<&'static Library> {
    LIBRARY.get()
}

/// Loads the library, or returns the one that was loaded before.
///
/// If `CONSTANTINE_LIB` is set, only the file or folder that it names is tried. Otherwise the
/// linked archive is used if there is one, and else the library on the system's search path.
///
/// # Errors
///
/// A [`LoadError`] with the places that were tried or the functions that are missing. A later call
/// tries again.
pub fn load() -> Result<&'static Library, LoadError> {
    let _loading = LOADING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(library) = loaded() {
        return Ok(library);
    }
    match env::var_os(LIBRARY_VARIABLE).filter(|value| !value.is_empty()) {
        Some(path) => keep(open_path(Path::new(&path), NamedBy::Variable)?),
        None => keep(open_default()?),
    }
}

/// Loads the library from a file, or from the folder that contains the file. If the library was
/// loaded from that file before, by a path or by the system's search, returns that library.
///
/// # Errors
///
/// [`LoadError::Conflict`] if another library was loaded before; otherwise as [`load`].
pub fn load_from(path: &Path) -> Result<&'static Library, LoadError> {
    let _loading = LOADING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(library) = loaded() {
        let same = library_file(path)
            .canonicalize()
            .is_ok_and(|path| library.origin == Origin::File(path));
        return if same {
            Ok(library)
        } else {
            Err(LoadError::Conflict {
                loaded: library.origin.clone(),
                requested: path.to_owned(),
            })
        };
    }
    keep(open_path(path, NamedBy::Caller)?)
}

/// Tests a library and makes it the library of the process.
fn keep(library: Library) -> Result<&'static Library, LoadError> {
    self_test::run(&library.low_level).map_err(|check| LoadError::SelfTest {
        origin: library.origin.clone(),
        check,
    })?;
    Ok(LIBRARY.get_or_init(|| library))
}

fn open_path(path: &Path, named_by: NamedBy) -> Result<Library, LoadError> {
    let file = library_file(path);
    match file.canonicalize() {
        // The system's loader would wait for the other end of a named pipe.
        Ok(file) if !file.is_file() => {
            let reason = "not a regular file".to_owned();
            Err(not_found(named_by, &file, reason))
        }
        Ok(file) => open(&file, Origin::File(file.clone()), named_by),
        Err(error) => Err(not_found(named_by, &file, error.to_string())),
    }
}

#[cfg(constantine_linked)]
fn open_default() -> Result<Library, LoadError> {
    Ok(Library {
        low_level: LowLevel::linked(),
        context: Ok(ContextCalls::linked()),
        origin: Origin::Linked,
    })
}

#[cfg(not(constantine_linked))]
fn open_default() -> Result<Library, LoadError> {
    let name = PathBuf::from(libloading::library_filename("constantine"));
    open(&name, Origin::System(name.clone()), NamedBy::Nobody)
}

/// The path of the library in a folder, or `path` itself if it is no folder.
fn library_file(path: &Path) -> PathBuf {
    if path.is_dir() {
        path.join(libloading::library_filename("constantine"))
    } else {
        path.to_owned()
    }
}

fn not_found(named_by: NamedBy, path: &Path, reason: String) -> LoadError {
    LoadError::NotFound {
        tried: vec![LoadAttempt {
            named_by,
            path: path.to_owned(),
            reason,
        }],
    }
}

/// The file of a function of a library that stays loaded, by its canonical path.
#[cfg(unix)]
fn file_of(function: NonNull<c_void>) -> Option<PathBuf> {
    use core::ffi::CStr;
    use core::mem::MaybeUninit;
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let mut info = MaybeUninit::<libc::Dl_info>::zeroed();
    // SAFETY: the call does not access memory at the address, and writes nothing but `info`.
    let is_known = unsafe { libc::dladdr(function.as_ptr(), info.as_mut_ptr()) } != 0;
    // SAFETY: all fields are pointers, for which zeros are a value too.
    let name = unsafe { info.assume_init() }.dli_fname;
    if !is_known || name.is_null() {
        return None;
    }
    // SAFETY: the loader's name of a library is a string, which lives as long as the library.
    let name = unsafe { CStr::from_ptr(name) };
    // A relative name is one in the folder that was current when the library was opened.
    Path::new(OsStr::from_bytes(name.to_bytes()))
        .canonicalize()
        .ok()
}

/// Elsewhere the file is not known.
#[cfg(not(unix))]
fn file_of(_: NonNull<c_void>) -> Option<PathBuf> {
    None
}

fn open(path: &Path, origin: Origin, named_by: NamedBy) -> Result<Library, LoadError> {
    // SAFETY: opening a library runs its initialisation code. The caller, the environment or the
    // system's installation chose this file as a build of Constantine, whose initialisation only
    // fills its own tables by the processor's features.
    let library = unsafe { libloading::Library::new(path) }
        .map_err(|error| not_found(named_by, path, error.to_string()))?;
    // A refused library stays loaded too, because the library may keep state for this thread.
    let library = ManuallyDrop::new(library);
    let address = |symbol: &str| -> Option<NonNull<c_void>> {
        // SAFETY: the symbol is only taken as an address here.
        let symbol = unsafe { library.get::<*mut c_void>(symbol.as_bytes()) };
        symbol.ok().and_then(|symbol| NonNull::new(*symbol))
    };
    let origin = match origin {
        Origin::System(name) => {
            let function = LowLevel::SYMBOLS.iter().find_map(|symbol| address(symbol));
            let found = function.and_then(file_of);
            found.map_or(Origin::System(name), Origin::File)
        }
        named => named,
    };
    // SAFETY: the library stays loaded, so the addresses stay valid. A build of Constantine has
    // functions with the declared signatures under these names. The self-test checks the answers of
    // the low level, and the bytes that it writes, before any other code can call the functions.
    let (low_level, context) =
        unsafe { (LowLevel::resolve(address), ContextCalls::resolve(address)) };
    Ok(Library {
        low_level: low_level.map_err(|missing| LoadError::MissingSymbols {
            origin: origin.clone(),
            missing,
        })?,
        context,
        origin,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_names_the_library_in_it() {
        let folder = env::temp_dir();
        let file = library_file(&folder);
        assert_eq!(file.parent(), Some(folder.as_path()));
        let name = file.file_name().and_then(|name| name.to_str());
        assert!(name.is_some_and(|name| name.contains("constantine")));
        assert_eq!(library_file(&file), file);
    }
}

#[cfg(all(test, target_os = "linux", not(constantine_linked)))]
#[path = "../tests/stand_in/mod.rs"]
mod stand_in;

#[cfg(all(test, target_os = "linux", not(constantine_linked)))]
mod searched {
    use std::fs;
    use std::process::Command;

    use super::*;

    /// The variable by which the file is named in the process of the helper.
    const FILE: &str = "CONSTANTINE_SYS_STAND_IN";

    #[test]
    fn the_file_that_the_systems_search_has_found_is_no_other_library() {
        let (folder, file) = stand_in::library(&[], &[]);
        let output = Command::new(env::current_exe().expect("this program"))
            .args(["--exact", "loader::searched::finds_the_file"])
            .args(["--ignored", "--nocapture"])
            .env("LD_LIBRARY_PATH", folder.path())
            .env(FILE, file)
            .output()
            .expect("this program runs");
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success() && text.contains("1 passed"),
            "{text}"
        );
    }

    /// A stand-in fails the self-test, so this test makes it the library of the process itself.
    #[test]
    #[ignore = "run by another test, with the variables set"]
    fn finds_the_file() {
        let file = PathBuf::from(env::var_os(FILE).expect("run by another test"));
        let found = open_default().expect("the stand-in");
        assert!(LIBRARY.set(found).is_ok());
        let folder = file.parent().expect("a folder");
        let (link, copy) = (folder.join("link.so"), folder.join("copy.so"));
        std::os::unix::fs::symlink(&file, &link).expect("a link");
        fs::copy(&file, &copy).expect("a copy");
        for same in [file.as_path(), &link, folder] {
            let again = load_from(same).expect("the same file");
            assert!(std::ptr::eq(again, loaded().expect("it was set")));
        }
        let refused = load_from(&copy).expect_err("another file");
        let loaded = Origin::File(file.canonicalize().expect("it exists"));
        let requested = copy;
        assert_eq!(refused, LoadError::Conflict { loaded, requested });
    }
}
