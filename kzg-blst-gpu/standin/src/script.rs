//! Faults by script.
//!
//! Each line of a script has the form `CALL NUMBER EFFECT`. `CALL` is the name of a function, or
//! `launch:KERNEL` for launches of one kernel. `NUMBER` counts the calls of this name from 1, from the
//! time at which the script is set. The call of this number has the effect. The effects are
//!
//! - `error CODE`: the function does nothing and returns the error code;
//! - `lost CODE`: the device is lost. This call and all later calls on the device return the error
//!   code and do nothing, except the calls that free;
//! - `flip BIT`: one bit of the bytes that a copy writes to the host or to the device is changed.

use std::collections::HashMap;

/// The effect of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    Error(i32),
    Lost(i32),
    Flip(usize),
}

/// The faults of a device that are to come, and the calls so far.
#[derive(Debug, Default)]
pub(crate) struct Script {
    effects: HashMap<(String, u64), Effect>,
    calls: HashMap<String, u64>,
}

impl Script {
    /// Reads a script; `None` if a line is not of the form above.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut script = Self::default();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let words: Vec<&str> = line.split_whitespace().collect();
            let &[call, number, effect, value] = &words[..] else {
                return None;
            };
            let number = number.parse().ok()?;
            let effect = match effect {
                "error" => Effect::Error(value.parse().ok()?),
                "lost" => Effect::Lost(value.parse().ok()?),
                "flip" => Effect::Flip(value.parse().ok()?),
                _ => return None,
            };
            script.effects.insert((call.to_owned(), number), effect);
        }
        Some(script)
    }

    /// Counts a call and gives its effect.
    pub(crate) fn at(&mut self, call: &str) -> Option<Effect> {
        let count = self.calls.entry(call.to_owned()).or_default();
        *count += 1;
        self.effects.get(&(call.to_owned(), *count)).copied()
    }

    /// The number of calls of a name.
    pub(crate) fn calls(&self, call: &str) -> u64 {
        self.calls.get(call).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn effects_come_at_their_call() {
        let text = "cuMemAlloc_v2 2 error 2\nlaunch:scan 1 lost 719\n\ncopy 3 flip 9\n";
        let mut script = Script::parse(text).expect("well formed");
        assert_eq!(script.at("cuMemAlloc_v2"), None);
        assert_eq!(script.at("cuMemAlloc_v2"), Some(Effect::Error(2)));
        assert_eq!(script.at("cuMemAlloc_v2"), None);
        assert_eq!(script.at("launch:scan"), Some(Effect::Lost(719)));
        assert_eq!(
            (script.calls("cuMemAlloc_v2"), script.calls("copy")),
            (3, 0)
        );
        for malformed in ["cuMemAlloc_v2", "a 1 fail 2", "a b error 2", "a 1 error"] {
            assert!(Script::parse(malformed).is_none(), "{malformed}");
        }
    }
}
