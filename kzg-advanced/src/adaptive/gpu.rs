//! Detection of NVIDIA GPUs by NVML, NVIDIA's management library, which is loaded at run time.

use core::fmt;
#[cfg(feature = "gpu-detection")]
use std::path::Path;

use serde::{Deserialize, Serialize};

/// A GPU of this machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Gpu {
    /// The product name, such as `NVIDIA H100 80GB HBM3`.
    pub name: String,
    /// The memory of the GPU in bytes, where the driver reports it.
    pub memory: Option<u64>,
    /// The version of the driver, where it is reported.
    pub driver: Option<String>,
}

impl fmt::Display for Gpu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        if let Some(bytes) = self.memory {
            write!(f, ", {} MiB", bytes >> 20)?;
        }
        if let Some(driver) = &self.driver {
            write!(f, ", driver {driver}")?;
        }
        Ok(())
    }
}

impl Gpu {
    /// Detects the NVIDIA GPUs that this process may use. A machine without the library, without
    /// the driver or without a GPU has none, which is no error.
    ///
    /// Without the feature `gpu-detection` nothing is looked for.
    #[must_use]
    pub fn detect() -> Vec<Self> {
        #[cfg(feature = "gpu-detection")]
        let gpus = nvml::gpus(nvml_wrapper::Nvml::init());
        #[cfg(not(feature = "gpu-detection"))]
        let gpus = Vec::new();
        gpus
    }

    /// As [`detect`](Self::detect), with the NVML library at `path`.
    #[cfg(feature = "gpu-detection")]
    #[must_use]
    pub fn detect_with_library(path: &Path) -> Vec<Self> {
        nvml::gpus(
            nvml_wrapper::Nvml::builder()
                .lib_path(path.as_os_str())
                .init(),
        )
    }
}

#[cfg(feature = "gpu-detection")]
mod nvml {
    use nvml_wrapper::Nvml;
    use nvml_wrapper::error::NvmlError;

    use super::Gpu;
    use crate::backend_call::traced;

    /// The GPUs that an initialised library reports. A GPU that does not answer is left out.
    pub(super) fn gpus(library: Result<Nvml, NvmlError>) -> Vec<Gpu> {
        let library = match library {
            Ok(library) => library,
            Err(error) => {
                traced(|| tracing::debug!(%error, "NVML is not available"));
                return Vec::new();
            }
        };
        let driver = library.sys_driver_version().ok();
        let count = library.device_count().unwrap_or(0);
        (0..count)
            .filter_map(|index| {
                let device = library.device_by_index(index).ok()?;
                Some(Gpu {
                    name: device.name().ok()?,
                    memory: device.memory_info().ok().map(|memory| memory.total),
                    driver: driver.clone(),
                })
            })
            .collect()
    }
}

#[cfg(all(test, unix, feature = "gpu-detection"))]
mod tests {
    use std::fs;
    use std::path::PathBuf;
    use std::process::Command;

    use tempfile::TempDir;

    use super::*;

    /// Compiles a stand-in for NVML with the given functions.
    fn library(source: &str) -> (TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("nvml.c");
        fs::write(&file, source).expect("the source is written");
        let library = folder.path().join("libnvml-stand-in.so");
        let compiler = std::env::var_os("CC").unwrap_or_else(|| "cc".into());
        let compiled = Command::new(compiler)
            .args(["-shared", "-fPIC", "-w", "-o"])
            .args([&library, &file])
            .status()
            .expect("this test needs a C compiler");
        assert!(compiled.success(), "{source}");
        (folder, library)
    }

    /// A library with two GPUs, of which the second does not report its memory.
    const TWO_GPUS: &str = r#"
        #include <string.h>
        typedef struct { unsigned version; unsigned long long total, reserved, free, used; } memory;
        int nvmlInit_v2(void) { return 0; }
        int nvmlShutdown(void) { return 0; }
        int nvmlSystemGetDriverVersion(char *out, unsigned length) {
            strncpy(out, "580.95.05", length); return 0;
        }
        int nvmlDeviceGetCount_v2(unsigned *count) { *count = 2; return 0; }
        int nvmlDeviceGetHandleByIndex_v2(unsigned index, void **device) {
            *device = (void *)(unsigned long)(index + 1); return 0;
        }
        int nvmlDeviceGetName(void *device, char *out, unsigned length) {
            strncpy(out, device == (void *)1 ? "Stand-in A" : "Stand-in B", length); return 0;
        }
        int nvmlDeviceGetMemoryInfo_v2(void *device, memory *out) {
            if (device != (void *)1) return 3;
            out->total = 80ull << 30; return 0;
        }
    "#;

    #[test]
    fn a_library_with_gpus_gives_their_names_memory_and_driver() {
        let (_folder, path) = library(TWO_GPUS);
        let gpus = Gpu::detect_with_library(&path);
        let gpu = |name: &str, memory| Gpu {
            name: name.to_owned(),
            memory,
            driver: Some("580.95.05".to_owned()),
        };
        assert_eq!(
            gpus,
            [gpu("Stand-in A", Some(80 << 30)), gpu("Stand-in B", None)]
        );
        assert_eq!(
            gpus[0].to_string(),
            "Stand-in A, 81920 MiB, driver 580.95.05"
        );
    }

    #[test]
    fn no_library_no_driver_and_no_gpu_are_no_error() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        assert_eq!(Gpu::detect_with_library(&folder.path().join("none.so")), []);
        // NVML_ERROR_DRIVER_NOT_LOADED.
        let (_folder, path) =
            library("int nvmlInit_v2(void) { return 9; } int nvmlShutdown(void) { return 0; }");
        assert_eq!(Gpu::detect_with_library(&path), []);
        let without = TWO_GPUS.replace("*count = 2", "*count = 0");
        let (_folder, path) = library(&without);
        assert_eq!(Gpu::detect_with_library(&path), []);
    }
}
