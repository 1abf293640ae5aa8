//! `kzg explain`.

use crate::{folder_with, json, line, run};

#[test]
fn every_listed_topic_is_explained() {
    let dir = folder_with(b"");
    let list = json(&run(dir.path(), &["explain", "--json"], 0));
    let topics = list["topics"].as_array().unwrap();
    assert!(topics.len() >= 10, "{list}");
    let text = line(&run(dir.path(), &["explain"], 0));
    for topic in topics {
        let name = topic["topic"].as_str().unwrap();
        assert!(text.contains(name), "{name}: {text}");
        let explained = line(&run(dir.path(), &["explain", name], 0));
        assert!(explained.lines().count() >= 8, "{name}: {explained}");
        let document = json(&run(dir.path(), &["explain", name, "--json"], 0));
        assert_eq!(document["topic"], name);
        assert_eq!(document["text"].as_str().unwrap().trim_end(), explained);
    }
}
