//! The machine that runs the measurements, and the package versions in the build.

use std::fs;
use std::thread::available_parallelism;

#[cfg(target_os = "linux")]
use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
#[cfg(target_os = "linux")]
use nix::unistd::Pid;

/// Calls `f` with the calling thread restricted to one CPU. Where the system refuses the
/// restriction, `f` runs without it.
#[cfg(target_os = "linux")]
pub fn on_one_processor<R>(f: impl FnOnce() -> R) -> R {
    let this_thread = Pid::from_raw(0);
    let Ok(all) = sched_getaffinity(this_thread) else {
        return f();
    };
    let mut one = CpuSet::new();
    let first = (0..CpuSet::count()).find(|&cpu| all.is_set(cpu) == Ok(true));
    if first.is_none_or(|cpu| one.set(cpu).is_err()) {
        return f();
    }
    let pinned = sched_setaffinity(this_thread, &one).is_ok();
    let result = f();
    if pinned {
        sched_setaffinity(this_thread, &all).expect("the thread could run on these CPUs before");
    }
    result
}

/// Calls `f` without a restriction, because this system does not support CPU affinity.
#[cfg(not(target_os = "linux"))]
pub fn on_one_processor<R>(f: impl FnOnce() -> R) -> R {
    f()
}

/// The model name of the CPU.
#[must_use]
pub fn processor() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let names = info.lines().filter_map(|line| line.split_once(':'));
    let mut names = names.filter(|(key, _)| key.trim() == "model name");
    names
        .next()
        .map_or("unknown processor", |(_, name)| name.trim())
        .to_owned()
}

/// Number of logical CPUs that this program may run on.
#[must_use]
pub fn processors() -> usize {
    available_parallelism().map_or(1, usize::from)
}

/// The version of a dependency in the lock file of this build.
#[must_use]
pub fn version_of(package: &str) -> &'static str {
    let lock = include_str!("../../Cargo.lock");
    let entry = format!("name = \"{package}\"\nversion = \"");
    lock.split_once(&entry)
        .and_then(|(_, rest)| rest.split_once('"'))
        .map_or("of unknown version", |(version, _)| version)
}
