//! The section on failures.

use super::nothing;
use super::quantity::{count, counted};
use super::table::{Table, text, words};
use crate::report::ProcessingReport;

pub(super) fn section(report: &ProcessingReport) -> String {
    let mut content = if report.failures.is_empty() && report.failed == 0 {
        nothing("Nothing failed.")
    } else {
        let shown = report.failures.len() as u64;
        let caption = if shown < report.failed {
            format!(
                "The first {} of {} failures",
                count(shown),
                count(report.failed)
            )
        } else {
            counted(shown, "failure")
        };
        let mut table = Table::new(&caption, &[text("Item"), words("Stage"), text("Reason")]);
        for failure in &report.failures {
            table.row(&[
                failure.item.clone(),
                failure.stage.name().to_owned(),
                failure.reason.clone(),
            ]);
        }
        table.finish()
    };
    if report.skipped > 0 {
        let caption = format!("Left out: {}", counted(report.skipped, "item"));
        let mut table = Table::new(&caption, &[text("Item"), text("Reason")]);
        for skipped in &report.skipped_items {
            table.row(&[skipped.item.clone(), skipped.reason.clone()]);
        }
        content.push_str(&table.finish());
    }
    let mended = report
        .resumed
        .iter()
        .flat_map(|resumed| &resumed.mended_items);
    let mut mended = mended.peekable();
    if mended.peek().is_some() {
        let mut table = Table::new(
            "Damaged or missing when the run was resumed, and made again",
            &[text("Item")],
        );
        mended.for_each(|item| table.row(std::slice::from_ref(item)));
        content.push_str(&table.finish());
    }
    content
}
