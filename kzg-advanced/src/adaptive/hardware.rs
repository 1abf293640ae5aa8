//! The hardware that this process may use.

use core::fmt;
use std::thread;

use serde::{Deserialize, Serialize};

use super::gpu::Gpu;

/// The hardware that this process may use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Hardware {
    /// The number of cores that affinity and quota allow.
    pub cores: usize,
    /// The name of the processor; the architecture where the processor has no name.
    pub processor: String,
    /// The instruction sets of the processor that the backends use.
    pub features: Vec<String>,
    /// The caches of one core, the smallest first; empty where they are not known.
    pub caches: Vec<Cache>,
    /// The memory in bytes, where it is known.
    pub memory: Option<u64>,
    /// The NVIDIA GPUs, see [`Gpu::detect`].
    #[serde(default)]
    pub gpus: Vec<Gpu>,
}

/// A cache of the processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Cache {
    /// The level; 1 is the nearest to the core.
    pub level: u8,
    /// The size in bytes.
    pub bytes: u64,
    /// Whether it holds instructions only.
    pub instructions: bool,
}

impl Hardware {
    /// Detects the hardware.
    #[must_use]
    pub fn detect() -> Self {
        Self {
            cores: thread::available_parallelism().map_or(1, usize::from),
            processor: processor::name(),
            features: processor::features(),
            caches: processor::caches(),
            memory: memory(),
            gpus: Gpu::detect(),
        }
    }

    /// A description that two machines share only if measurements of one hold for the other.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        // Memory is rounded, since its exact size varies with the kernel.
        let gibibytes = self.memory.map_or(0, |bytes| bytes.div_ceil(1 << 30));
        let mut text = format!(
            "{} {}, {} cores, {gibibytes} GiB, {}",
            std::env::consts::ARCH,
            self.processor,
            self.cores,
            self.features.join(" ")
        );
        for gpu in &self.gpus {
            text.push_str(", ");
            text.push_str(&gpu.name);
        }
        text
    }
}

impl fmt::Display for Hardware {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.fingerprint())
    }
}

#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
mod processor {
    use std::arch::is_x86_feature_detected;

    use raw_cpuid::{CacheType, CpuId};

    use super::Cache;

    pub(super) fn name() -> String {
        CpuId::new().get_processor_brand_string().map_or_else(
            || "x86".to_owned(),
            |brand| brand.as_str().trim().to_owned(),
        )
    }

    pub(super) fn features() -> Vec<String> {
        let known = [
            ("adx", is_x86_feature_detected!("adx")),
            ("bmi2", is_x86_feature_detected!("bmi2")),
            ("avx2", is_x86_feature_detected!("avx2")),
            ("avx512f", is_x86_feature_detected!("avx512f")),
            ("avx512ifma", is_x86_feature_detected!("avx512ifma")),
            ("sha", is_x86_feature_detected!("sha")),
        ];
        known
            .into_iter()
            .filter(|(_, has)| *has)
            .map(|(name, _)| name.to_owned())
            .collect()
    }

    pub(super) fn caches() -> Vec<Cache> {
        let Some(parameters) = CpuId::new().get_cache_parameters() else {
            return Vec::new();
        };
        let mut caches: Vec<Cache> = parameters
            .map(|cache| Cache {
                level: cache.level(),
                bytes: (cache.associativity()
                    * cache.physical_line_partitions()
                    * cache.coherency_line_size()
                    * cache.sets()) as u64,
                instructions: cache.cache_type() == CacheType::Instruction,
            })
            .collect();
        caches.sort_by_key(|cache| (cache.level, cache.bytes));
        caches
    }
}

#[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
mod processor {
    use super::Cache;

    pub(super) fn name() -> String {
        "unknown".to_owned()
    }

    pub(super) fn features() -> Vec<String> {
        Vec::new()
    }

    pub(super) fn caches() -> Vec<Cache> {
        Vec::new()
    }
}

/// The machine's memory, or the limit of the control group where that is lower.
fn memory() -> Option<u64> {
    if !cfg!(target_os = "linux") {
        return None;
    }
    let total = std::fs::read_to_string("/proc/meminfo")
        .ok()
        .and_then(|text| {
            let line = text.lines().find(|line| line.starts_with("MemTotal:"))?;
            let kibibytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
            Some(kibibytes * 1024)
        });
    let limits = [
        "/sys/fs/cgroup/memory.max",
        "/sys/fs/cgroup/memory/memory.limit_in_bytes",
    ];
    limits
        .iter()
        .filter_map(|path| std::fs::read_to_string(path).ok()?.trim().parse().ok())
        .chain(total)
        .min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn detection_is_plausible_and_stable() {
        let hardware = Hardware::detect();
        assert!(hardware.cores >= 1);
        assert!(!hardware.processor.is_empty());
        for cache in &hardware.caches {
            assert!((1..=4).contains(&cache.level), "{cache:?}");
            assert!(cache.bytes >= 1024, "{cache:?}");
        }
        if cfg!(target_os = "linux") {
            assert!(hardware.memory.unwrap() > 1 << 20);
        }
        let again = Hardware::detect();
        assert_eq!(again.fingerprint(), hardware.fingerprint());
    }
}
