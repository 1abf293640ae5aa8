//! `kzg selftest`.

#[cfg(feature = "selftest")]
mod run;
#[cfg(feature = "selftest")]
mod vectors;

#[cfg(feature = "selftest")]
pub(crate) use run::run;

#[cfg(not(feature = "selftest"))]
pub(crate) fn run(_: &crate::args::Selftest) -> anyhow::Result<crate::exit::Exit> {
    crate::feature::missing("self-test", "selftest")
}
