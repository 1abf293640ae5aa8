//! The report as lines of text.

use core::fmt;

use super::{JobOutcome, ProcessingReport};

impl fmt::Display for JobOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Complete => "complete",
            Self::Interrupted => "interrupted",
            Self::Failed => "failed",
        })
    }
}

impl fmt::Display for ProcessingReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.outcome)?;
        if let Some(error) = &self.error {
            write!(f, ": {error}")?;
        }
        writeln!(
            f,
            "\n{} blobs of {} inputs, {} bytes in, {} written, {:.3} s, {} bytes/s",
            self.blobs,
            self.inputs,
            self.bytes,
            self.bytes_written,
            self.seconds,
            self.bytes_per_second
        )?;
        writeln!(
            f,
            "{} right, {} failures, {} retries, {} fallbacks",
            self.succeeded, self.failed, self.retries, self.fallbacks
        )?;
        for stage in &self.stages {
            write!(
                f,
                "{:<7} {:8.3} s from {:.3} to {:.3}, {} blobs, {} bytes, a piece at most {:.3} s",
                stage.stage.name(),
                stage.seconds,
                stage.start_seconds,
                stage.end_seconds,
                stage.items,
                stage.bytes,
                stage.latency.max_seconds
            )?;
            if let Some(queue) = &stage.queue {
                write!(f, ", queue {:.1} of at most {}", queue.mean, queue.peak)?;
            }
            writeln!(f)?;
        }
        for decision in &self.backends {
            writeln!(
                f,
                "{:<7} on {}: {}",
                decision.role, decision.backend, decision.reason
            )?;
        }
        writeln!(
            f,
            "memory {} MiB at most{}",
            self.memory.peak_resident_bytes >> 20,
            match self.memory.limit_bytes {
                Some(limit) => format!(", limit {} MiB", limit >> 20),
                None => String::new(),
            }
        )?;
        for failure in &self.failures {
            writeln!(
                f,
                "{}: {}: {}",
                failure.stage.name(),
                failure.item,
                failure.reason
            )?;
        }
        Ok(())
    }
}
