//! How much memory a download takes: measured in a process of its own, from a server in this one.

use std::{
    fs,
    io::{Read, Write},
    net::TcpListener,
    process::Command,
    thread,
};

use bale::{Bot, types::File};

use super::Folder;

const SIZE: u64 = 50 << 20;
const ADDRESS: &str = "BALE_TEST_DOWNLOAD_FROM";
const FOLDER: &str = "BALE_TEST_DOWNLOAD_TO";

/// Sends a body of zeros for each request.
fn serve(listener: &TcpListener, lengths: [u64; 3]) {
    let (mut stream, _) = listener.accept().unwrap();
    for length in lengths {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            head.extend(byte);
        }
        write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n").unwrap();
        std::io::copy(&mut std::io::repeat(0).take(length), &mut stream).unwrap();
    }
}

#[test]
fn a_download_of_50_mb_takes_little_memory() {
    let folder = Folder::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let server = thread::spawn(move || serve(&listener, [1, SIZE, SIZE]));
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "download::memory::in_a_process_of_its_own", "--nocapture"])
        .env(ADDRESS, address)
        .env(FOLDER, &folder.0)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success() && said.contains("1 passed"), "{said}");
    println!("{said}");
    server.join().unwrap();
    assert_eq!(fs::metadata(folder.path("zeros.bin")).unwrap().len(), SIZE);
}

/// Does nothing but in the process that the test above starts.
#[tokio::test]
async fn in_a_process_of_its_own() {
    let (Ok(address), Ok(folder)) = (std::env::var(ADDRESS), std::env::var(FOLDER)) else { return };
    let bot = Bot::builder().token("12:x").api_url(address).build().unwrap();
    let path = std::path::Path::new(&folder).join("zeros.bin");
    let file = File { file_path: Some("zeros.bin".to_owned()), ..File::default() };
    let download = bot.download_file(file);
    // What every first download needs does not count.
    download.clone().save(&path).await.unwrap();
    let before = crate::upload::peak();
    assert_eq!(download.clone().save(&path).await.unwrap(), SIZE);
    let of_path = crate::upload::peak();
    assert_eq!(download.write_to(&mut tokio::io::sink()).await.unwrap(), SIZE);
    let of_writer = crate::upload::peak();
    println!("peak: {before} kB before, {of_path} kB with a file, {of_writer} kB with a writer");
    assert!(of_writer - before < 16 << 10, "a download must not be held in memory");
}
