//! Width and height of a picture, read from its first bytes.

/// The size of a PNG, GIF or JPEG; `None` for anything else.
pub(crate) fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Some((big_endian(bytes.get(16..20)?), big_endian(bytes.get(20..24)?)));
    }
    if bytes.starts_with(b"GIF8") {
        let side = |at: usize| bytes.get(at..at + 2).map(|two| [two[1], two[0]]);
        return Some((big_endian(&side(6)?), big_endian(&side(8)?)));
    }
    if bytes.starts_with(b"\xff\xd8") { jpeg(bytes) } else { None }
}

/// Walks the segments of a JPEG up to the one that starts the frame.
fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    loop {
        let marker = *bytes.get(at + 1)?;
        let length = big_endian(bytes.get(at + 2..at + 4)?);
        // SOF0 to SOF15, without the tables (C4, CC) and JPG (C8) in between.
        if matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc) {
            let height = big_endian(bytes.get(at + 5..at + 7)?);
            return Some((big_endian(bytes.get(at + 7..at + 9)?), height));
        }
        at += 2 + usize::try_from(length).ok()?;
    }
}

fn big_endian(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_from_the_head() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x01\xe0";
        let jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xc4\0\x02\xff\xc2\0\x0b\x08\x01\xe0\x02\x80";
        assert_eq!(size(png), Some((640, 480)));
        assert_eq!(size(b"GIF89a\x80\x02\xe0\x01"), Some((640, 480)));
        assert_eq!(size(jpeg), Some((640, 480)));
        for cut in [&png[..22], &jpeg[..17], b"GIF89a\x80", b"\xff\xd8", b"text", b""] {
            assert_eq!(size(cut), None, "{cut:?}");
        }
    }
}
