//! Scheduler and executors of a Ballista cluster, with the functions in both.
//!
//! A client, the scheduler and the executors are the same program, because a function is known to each
//! of them only if each registers it. An executor with another version or another trusted setup is
//! refused when it registers, and the queries of such a client are refused.

use std::net::IpAddr;

mod admission;
mod executor;
mod scheduler;

pub use admission::Admission;
pub use executor::{ExecutorOptions, run_executor};
pub use scheduler::{SchedulerOptions, run_scheduler};

/// An address as the host in an address with a port or in a URL: IPv6 has brackets there.
#[must_use]
pub fn host(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    }
}

#[cfg(test)]
mod tests {
    use super::host;

    #[test]
    fn a_host_of_ipv6_has_brackets() {
        for (address, expected) in [("127.0.0.1", "127.0.0.1"), ("::1", "[::1]")] {
            assert_eq!(host(address.parse().expect("an address")), expected);
        }
    }
}
