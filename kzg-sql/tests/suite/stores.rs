//! Tables at URLs.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use serde_json::json;

use crate::processes::{failed, parsed, printed};
use crate::tables::{blob, write_blobs};

/// Serves one object at `/blobs.parquet` as a store does: HEAD, and GET of a range.
fn serve(object: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    let object = Arc::new(object);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let object = object.clone();
            // A client that leaves early ends its thread.
            thread::spawn(move || answer(stream?, &object));
        }
    });
    format!("http://{address}")
}

/// Answers the requests of one connection.
fn answer(stream: TcpStream, object: &[u8]) -> std::io::Result<()> {
    let mut output = stream.try_clone()?;
    let mut lines = BufReader::new(stream).lines();
    while let Some(request) = lines.next() {
        let request = request?;
        let mut range = 0..object.len();
        let mut status = "200 OK";
        for header in lines.by_ref() {
            let header = header?.to_ascii_lowercase();
            if header.is_empty() {
                break;
            }
            if let Some((first, last)) = header
                .strip_prefix("range: bytes=")
                .and_then(|range| range.split_once('-'))
            {
                status = "206 Partial Content";
                range = match (first.parse(), last.parse::<usize>()) {
                    (Ok(first), Ok(last)) => first..object.len().min(last + 1),
                    (Ok(first), Err(_)) => first..object.len(),
                    (Err(_), last) => object.len() - last.expect("a suffix")..object.len(),
                };
            }
        }
        if !request.contains(" /blobs.parquet ") {
            write!(
                output,
                "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"
            )?;
            continue;
        }
        let (first, last, all) = (range.start, range.end - 1, object.len());
        write!(
            output,
            "HTTP/1.1 {status}\r\ncontent-length: {}\r\ncontent-range: bytes {first}-{last}/{all}\r\n\
             last-modified: Sat, 01 Jan 2000 00:00:00 GMT\r\n\r\n",
            range.len()
        )?;
        if !request.starts_with("HEAD ") {
            output.write_all(&object[range])?;
        }
    }
    Ok(())
}

#[test]
fn an_object_at_a_url_is_a_table_and_a_missing_one_is_bad_input() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("blobs.parquet");
    write_blobs(&file, 0, &[blob(1), blob(2)]);
    let address = serve(fs::read(&file).expect("the file"));
    let commitments = |name: &str| {
        let sql = format!("SELECT id, kzg_commitment(blob) AS c FROM '{name}' ORDER BY id");
        parsed(&printed(&[&sql, "--json"]))
    };
    let local = commitments(&file.display().to_string());
    assert_eq!(local[1]["id"], json!(1));
    assert_eq!(commitments(&format!("{address}/blobs.parquet")), local);
    let (exit, message) = failed(&[&format!("SELECT 1 FROM '{address}/other.parquet'")]);
    assert_eq!(exit, Some(3), "{message}");
}
