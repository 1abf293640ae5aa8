//! The pages of a report in an output folder.

use roxmltree::{Document, Node, ParsingOptions};

use super::*;
use crate::html::pages::write_pages;

fn parse(page: &str) -> Document<'_> {
    let options = ParsingOptions {
        allow_dtd: true,
        ..ParsingOptions::default()
    };
    Document::parse_with_options(page, options).expect("well-formed")
}

/// The statuses of the rows of a section, and the texts of their first cells.
pub(super) fn rows(page: &str, section: &str) -> Vec<(String, String)> {
    let document = parse(page);
    let text_of = |node: Node<'_, '_>| -> String {
        node.descendants()
            .filter_map(|n| if n.is_text() { n.text() } else { None })
            .collect()
    };
    let section = document
        .descendants()
        .find(|node| node.attribute("aria-labelledby") == Some(section))
        .expect(section);
    section
        .descendants()
        .filter(|node| node.has_attribute("data-status"))
        .map(|row| {
            let first = row.first_element_child().expect("a cell");
            (
                row.attribute("data-status").unwrap().to_owned(),
                text_of(first),
            )
        })
        .collect()
}

#[test]
fn inputs_and_blobs_are_listed_with_names_and_links() {
    let fixture = Fixture::new();
    let out = fixture.out("out");
    let options = every_kind().remove(4);
    fixture.run(&out, &options).unwrap();
    let page = fs::read_to_string(out.join(layout::REPORT_PAGE)).unwrap();
    let inputs = rows(&page, "inputs");
    assert_eq!(inputs.len(), 3);
    assert!(
        inputs.iter().all(|(status, _)| status == "verified"),
        "{inputs:?}"
    );
    assert!(inputs[0].1.ends_with("large"), "{inputs:?}");
    let blobs = rows(&page, "blobs");
    assert_eq!(blobs.len(), 8);
    let document = parse(&page);
    let links = document
        .descendants()
        .filter_map(|node| node.attribute("href"));
    let mut count = 0;
    for link in links.filter(|link| !link.starts_with('#')) {
        assert!(out.join(link).is_file(), "{link}");
        count += 1;
    }
    assert!(count > 3 * 8, "{count}");
    let text = fs::read_to_string(out.join(manifest::MANIFEST)).unwrap();
    let commitment = text
        .split("\"commitment\":\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    assert!(page.contains(&format!("<code>{commitment}</code>")));
    assert!(page.contains(env!("CARGO_PKG_VERSION")) && page.contains("Started"));
}

#[test]
fn the_items_of_a_shard_are_verified() {
    let fixture = Fixture::new();
    let folder = fixture.out("tree");
    fs::create_dir(&folder).unwrap();
    for number in 0..12_u8 {
        fs::write(folder.join(number.to_string()), [number]).unwrap();
    }
    let shard = Shard::new(1, 2).unwrap();
    let options = PipelineOptions::default().with_shard(Some(shard));
    let out = fixture.out("out");
    let inputs = vec![Input::folder(&folder)];
    let report = pipeline(&options).run(inputs, &out).unwrap();
    assert!(report.inputs > 0 && report.inputs < 12, "{report}");
    let page = out.join(shard.folder()).join(layout::REPORT_PAGE);
    let page = fs::read_to_string(page).unwrap();
    for section in ["inputs", "blobs"] {
        let rows = rows(&page, section);
        assert_eq!(rows.len() as u64, report.inputs);
        assert!(
            rows.iter().all(|(status, _)| status == "verified"),
            "{rows:?}"
        );
    }
}

#[test]
fn long_lists_are_in_pages_and_failures_come_first() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    let inputs = (0..1100).map(|number: u32| {
        let bytes = number.to_be_bytes();
        Input::reader(format!("input {number}"), std::io::Cursor::new(bytes))
    });
    let mut report = pipeline(&PipelineOptions::default().for_threads(8))
        .run(inputs.collect(), &out)
        .unwrap();
    assert!(out.join("report/blobs-00011.html").is_file());
    report.verification.fail_blob(1050, "blob 1050", "wrong");
    let mut pages = BTreeMap::new();
    let manifest = || ManifestReader::open(&out).ok();
    write_pages(&report, manifest, |name, text| {
        pages.insert(name.to_owned(), text.to_owned());
        Ok(())
    })
    .unwrap();
    let of = |kind: &str| -> Vec<String> {
        let further = (2..=11).map(|page| format!("report/{kind}-{page:05}.html"));
        [layout::REPORT_PAGE.to_owned()]
            .into_iter()
            .chain(further)
            .collect()
    };
    let names: Vec<&String> = pages.keys().collect();
    let expected = [of("blobs"), of("inputs")[1..].to_vec()].concat();
    assert_eq!(names, expected.iter().collect::<Vec<_>>());
    let mut blobs = Vec::new();
    for name in of("blobs") {
        let found = rows(&pages[&name], "blobs");
        assert_eq!(found.len(), 100, "{name}");
        blobs.extend(found);
    }
    assert_eq!(blobs.len(), 1100);
    assert_eq!(blobs[0], ("failed".to_owned(), "1\u{202f}050".to_owned()));
    assert!(blobs[1..].iter().all(|(status, _)| status == "verified"));
    assert_eq!(rows(&pages["report.html"], "inputs")[0].0, "failed");
    assert!(pages["report.html"].contains("href=\"report/blobs-00002.html\""));
    assert!(pages["report/blobs-00002.html"].contains("href=\"../report.html\""));
    assert!(pages["report/blobs-00002.html"].contains("href=\"../blobs/"));
}

#[test]
fn an_unfinished_job_lists_the_input_that_was_open_and_no_page_too_many() {
    let fixture = Fixture::new();
    let out = fixture.out("out");
    let stopped = Arc::new(fake().with_fault_at(6));
    let stopped = DataProcessingPipeline::new(stopped, every_kind()[0].clone());
    let mut report = stopped.attempt(fixture.inputs(), &out).report.unwrap();
    // The job has read far more than it has written.
    report.blobs = 100_000;
    let mut names = Vec::new();
    let mut page = String::new();
    let manifest = || ManifestReader::open(&out).ok();
    write_pages(&report, manifest, |name, text| {
        names.push(name.to_owned());
        page.push_str(text);
        Ok(())
    })
    .unwrap();
    assert_eq!(names, ["report.html"]);
    assert!(!page.contains("Page 1 of"));
    let inputs = rows(&page, "inputs");
    assert_eq!(inputs.len(), 1, "{inputs:?}");
    assert!(inputs[0].1.ends_with("large"));
    assert_eq!(inputs[0].0, "not verified");
    assert_eq!(rows(&page, "blobs").len(), 6);
}
