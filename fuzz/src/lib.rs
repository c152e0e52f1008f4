//! What each target does: it asks a law of `bale::laws`, and looks at how much memory that took.

/// Bytes that a law may hold at a time, whatever it is given, and for each byte of it. It reads everything several
/// times, and the smallest update of two bytes becomes an error with a text.
const LEAST: u64 = 4 << 20;
const A_BYTE: u64 = 2 << 10;

/// Fails if the law of this name does not hold for these bytes.
///
/// # Panics
///
/// If it does not.
pub fn check(name: &str, data: &[u8]) {
    let (_, law) = bale::laws::LAWS.iter().find(|(law, _)| *law == name).expect("a law of this name");
    let taken = allocation_counter::measure(|| law(data)).bytes_max;
    let allowed = LEAST + A_BYTE * data.len() as u64;
    assert!(taken <= allowed, "{taken} bytes of memory for {} bytes", data.len());
}
