//! The hardware that figures hold for, as lines.

use kzg_advanced::adaptive::Hardware;

/// Lines of a label and a value.
pub(super) fn lines(hardware: &Hardware) -> Vec<(&'static str, String)> {
    let memory = match hardware.memory {
        Some(bytes) => format!("{} GiB", bytes.div_ceil(1 << 30)),
        None => "not known".to_owned(),
    };
    let mut lines = vec![
        ("processor", hardware.processor.clone()),
        ("architecture", architecture(hardware)),
        ("cores", hardware.cores.to_string()),
        ("memory", memory),
    ];
    let gpus = hardware.gpus.iter();
    lines.extend(gpus.map(|gpu| ("GPU", gpu.to_string())));
    if hardware.gpus.is_empty() {
        let none = if cfg!(feature = "gpu-detection") {
            "none detected"
        } else {
            "not looked for in this build (feature gpu-detection)"
        };
        lines.push(("GPU", none.to_owned()));
    }
    lines
}

/// The architecture with the instruction sets that the backends use.
fn architecture(hardware: &Hardware) -> String {
    let architecture = std::env::consts::ARCH;
    match &*hardware.features {
        [] => architecture.to_owned(),
        features => format!("{architecture} with {}", features.join(", ")),
    }
}
