//! What is restored where lines of a manifest are damaged.

use super::*;

/// The choices of lines that are damaged: up to six consecutive lines, and the same lines without
/// one of them.
fn some_lines(count: usize) -> Vec<Vec<usize>> {
    let mut choices = Vec::new();
    for first in 0..count {
        for last in first..count.min(first + 6) {
            choices.push((first..=last).collect());
            let inner = first + 1..last;
            choices.extend(inner.map(|kept| (first..=last).filter(|line| *line != kept).collect()));
        }
    }
    choices
}

/// Whichever lines of a manifest are damaged, every restored file is a whole input, the input with
/// the number at the end of the file's name. One damaged line loses no input.
pub(super) fn check_damaged_lines(out: &Path, contents: &[Vec<u8>], inputs: u64) {
    let path = out.join(manifest::MANIFEST);
    let text = fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    for damaged in some_lines(lines.len()) {
        let mut text = String::new();
        for (number, line) in lines.iter().enumerate() {
            // A line with more before it would be read all the same.
            let [key, wrong] = ["\"type\"", "\"typo\""];
            let is_damaged = damaged.contains(&number);
            let line = if is_damaged {
                line.replacen(key, wrong, 1)
            } else {
                line.to_string()
            };
            text += &(line + "\n");
        }
        fs::write(&path, text).unwrap();
        let restored = restored_whole(out, contents, &format!("lines {damaged:?}"));
        if damaged.iter().all(|line| *line == damaged[0]) && restored.is_some() {
            assert_eq!(restored, Some(inputs), "line {}", damaged[0]);
        }
    }
    fs::write(path, text).unwrap();
}

/// The number of restored files, each of which is asserted to be a whole input; `None` if the folder is
/// refused.
fn restored_whole(out: &Path, contents: &[Vec<u8>], damaged: &str) -> Option<u64> {
    let back = tempfile::tempdir().unwrap();
    let report = restore(out, &back.path().join("back")).ok()?;
    let restored = super::contents(back.path());
    assert_eq!(restored.len() as u64, report.files);
    assert!(!report.verification.failures.is_empty(), "{damaged}");
    for (name, content) in &restored {
        let name = name.file_name().unwrap().to_str().unwrap();
        // With one input left, the file has the name that was asked for.
        let number = name.trim_start_matches(|letter: char| !letter.is_ascii_digit());
        let is_input = match number.parse::<usize>() {
            Ok(number) => contents[number] == *content,
            Err(_) => name == "back" && contents.contains(content),
        };
        let length = content.len();
        assert!(is_input, "{damaged}, {name}: {length} bytes");
    }
    Some(report.files)
}

/// Bytes of a manifest that are zero, at the end of each line and from each line to each of the next ones:
/// lines are joined where their line feeds are gone.
fn check_zeroed_bytes(out: &Path, contents: &[Vec<u8>]) {
    let path = out.join(manifest::MANIFEST);
    let text = fs::read(&path).unwrap();
    let mut starts: Vec<usize> = (0..text.len())
        .filter(|&place| place > 0 && text[place - 1] == b'\n')
        .collect();
    starts.push(text.len());
    let mut zeroed = Vec::new();
    for (number, &start) in starts.iter().enumerate() {
        zeroed.push(start - 4..(start + 12).min(text.len()));
        for &end in starts.iter().skip(number).take(3) {
            // A block begins within a line, and ends within a later one or behind it.
            zeroed.extend([start - 50..(end + 40).min(text.len()), start - 50..end]);
            zeroed.push(start..(end + 100).min(text.len()));
        }
    }
    zeroed.retain(|block| !block.is_empty());
    for block in zeroed {
        let mut damaged = text.clone();
        damaged[block.clone()].fill(0);
        fs::write(&path, damaged).unwrap();
        restored_whole(out, contents, &format!("bytes {block:?}"));
    }
    fs::write(path, text).unwrap();
}

#[test]
fn what_is_restored_with_several_damaged_lines_is_what_was_put_in() {
    let contents = vec![
        [&[1; CAPACITY][..], b"first"].concat(),
        vec![],
        b"second".to_vec(),
        b"third".to_vec(),
    ];
    let root = tempfile::tempdir().unwrap();
    let each = contents.iter().enumerate();
    let inputs = each.map(|(number, content)| {
        Input::reader(
            format!("name {number}"),
            std::io::Cursor::new(content.clone()),
        )
    });
    let out = root.path().join("out");
    let job = pipeline(&PipelineOptions::default());
    job.run(inputs.collect(), &out).unwrap();
    check_damaged_lines(&out, &contents, 4);
}

#[test]
fn inputs_of_a_shard_are_restored_whole_too() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("tree");
    fs::create_dir(&folder).unwrap();
    // Inputs of no blob, of one and of two.
    let contents: Vec<Vec<u8>> = (0..9_usize)
        .map(|number| vec![number as u8; [0, 0, 4, 1, 1, CAPACITY + 3, 5, CAPACITY + 1, 8][number]])
        .collect();
    for (number, content) in contents.iter().enumerate() {
        fs::write(folder.join(number.to_string()), content).unwrap();
    }
    let out = root.path().join("out");
    for index in 0..2 {
        let shard = Shard::new(index, 2).unwrap();
        let options = PipelineOptions::default().with_shard(Some(shard));
        let job = pipeline(&options);
        let report = job.run(vec![Input::folder(&folder)], &out).unwrap();
        assert!(report.inputs > 2, "{report:?}");
        let dir = out.join(shard.folder());
        check_damaged_lines(&dir, &contents, report.inputs);
        check_zeroed_bytes(&dir, &contents);
        // Blobs of which the folder has files, but no line is left.
        let without_end = |text: &str| {
            let all = text.lines().filter(|line| !line.contains("\"input_end\""));
            all.map(|line| format!("{line}\n")).collect::<String>()
        };
        let path = dir.join(manifest::MANIFEST);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, without_end(&text)).unwrap();
        restored_whole(&dir, &contents, "no input has an end");
        fs::write(&path, text).unwrap();
    }
}

/// No manifest has a blob of the last number: the number after it would be zero, and the same files would
/// be read without end.
#[test]
fn a_file_with_the_last_number_is_no_blob() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("tree");
    fs::create_dir(&folder).unwrap();
    for number in 0..9_u8 {
        fs::write(folder.join(number.to_string()), [number]).unwrap();
    }
    let out = root.path().join("out");
    let options = PipelineOptions::default().with_shard(Some(Shard::new(1, 2).unwrap()));
    let job = pipeline(&options);
    job.run(vec![Input::folder(&folder)], &out).unwrap();
    let out = out.join("shard-1-of-2");
    // The lines of blobs are damaged, and the inputs are said to be longer than all blobs.
    let mut text = String::new();
    let mut reader = ManifestReader::open(&out).unwrap();
    while let Some(line) = reader.next_line().unwrap() {
        let mut record = line.record;
        match &mut record {
            manifest::Record::InputEnd(end) => end.bytes = 1 << 50,
            manifest::Record::End(end) => end.bytes = 1 << 60,
            _ => {}
        }
        let is_blob = matches!(record, manifest::Record::Blob(_));
        let line = record.to_line();
        text += &if is_blob {
            line.replacen("\"type\"", "\"typo\"", 1)
        } else {
            line
        };
    }
    fs::write(out.join(manifest::MANIFEST), text).unwrap();
    let blobs = out.join("blobs");
    let some = fs::read_dir(&blobs).unwrap().next().unwrap().unwrap();
    fs::copy(some.path(), blobs.join(format!("{}.blob", u64::MAX))).unwrap();
    let report = restore(&out, &root.path().join("back")).unwrap();
    assert_eq!(report.files, 0);
    assert!(!report.verification.failures.is_empty());
}
