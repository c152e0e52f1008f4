//! How much memory an upload takes: measured in a process of its own, against a server in this one.

#![cfg(target_os = "linux")]

use std::{
    fs::{self, File},
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    process::Command,
    thread,
};

use bale::{Bot, types::InputFile};
use tokio::io::AsyncReadExt;

const SIZE: u64 = 50 << 20;
const ADDRESS: &str = "BALE_TEST_UPLOAD_TO";
const FILE: &str = "BALE_TEST_UPLOAD";
const ANSWER: &str =
    r#"{"ok":true,"result":{"message_id":5,"date":0,"chat":{"id":7,"type":"private"}}}"#;

/// Swallows one request and answers it; gives the length of its body.
fn swallow(stream: &mut TcpStream) -> u64 {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.extend(byte);
    }
    let head = String::from_utf8(head).unwrap();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length = length.unwrap().parse().unwrap();
    std::io::copy(&mut stream.take(length), &mut std::io::sink()).unwrap();
    let reply = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{ANSWER}", ANSWER.len());
    stream.write_all(reply.as_bytes()).unwrap();
    length
}

/// The most memory this process has had so far, in kB.
pub(crate) fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[test]
fn an_upload_of_50_mb_takes_little_memory() {
    let path = std::env::temp_dir().join(format!("bale-upload-{}.bin", std::process::id()));
    File::create(&path).unwrap().set_len(SIZE).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        (0..3).map(|_| swallow(&mut stream)).collect::<Vec<_>>()
    });
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "upload::in_a_process_of_its_own", "--nocapture"])
        .env(ADDRESS, address)
        .env(FILE, &path)
        .output()
        .unwrap();
    fs::remove_file(&path).unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success() && said.contains("1 passed"), "{said}");
    println!("{said}");
    let lengths = server.join().unwrap();
    assert!(lengths[1..].iter().all(|&length| length > SIZE), "{lengths:?}");
}

/// Does nothing but in the process that the test above starts.
#[tokio::test]
async fn in_a_process_of_its_own() {
    let (Ok(address), Ok(path)) = (std::env::var(ADDRESS), std::env::var(FILE)) else { return };
    let bot = Bot::builder().token("12:x").api_url(address).build().unwrap();
    // What every first call needs does not count.
    bot.send_document(7, InputFile::bytes("a", "x")).await.unwrap();
    let before = peak();
    bot.send_document(7, InputFile::path(path)).await.unwrap();
    let of_path = peak();
    let reader = InputFile::reader("zeros.bin", tokio::io::repeat(0).take(SIZE)).size(SIZE);
    bot.send_document(7, reader).await.unwrap();
    let of_reader = peak();
    println!("peak: {before} kB before, {of_path} kB with a file, {of_reader} kB with a reader");
    assert!(of_reader - before < 16 << 10, "an upload must not be held in memory");
}
