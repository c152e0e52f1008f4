//! The command at the beginning of a text: `/name@bot rest`.

use super::words::is_separator;
use crate::text::is_mark;

/// A text that begins with a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CommandLine<'t> {
    /// The name as written, without the slash; names are compared [folded](crate::text::fold).
    pub(crate) name: &'t str,
    /// Which bot is meant: `my_bot` in `/start@my_bot`.
    pub(crate) mention: Option<&'t str>,
    /// What follows, from the white space on.
    pub(crate) rest: &'t str,
    /// Where `rest` begins in the text.
    pub(crate) rest_at: usize,
}

/// Splits a text that begins with a command, after any white space and invisible marks; `None` if it
/// does not.
pub(crate) fn split_command(text: &str) -> Option<CommandLine<'_>> {
    let line = text.trim_start_matches(is_separator).strip_prefix('/')?;
    let (head, rest) = line.split_at(head_length(line));
    let (name, mention) = head.split_once('@').unwrap_or((head, ""));
    // No mark is ASCII, and hardly a command is anything else.
    let (name, mention) = if head.is_ascii() {
        (name, mention)
    } else {
        (name.trim_matches(is_mark), mention.trim_matches(is_mark))
    };
    if name.is_empty() {
        return None;
    }
    let mention = (!mention.is_empty()).then_some(mention);
    Some(CommandLine { name, mention, rest, rest_at: text.len() - rest.len() })
}

/// Where the first white space stands. Most commands are ASCII and read byte by byte.
fn head_length(line: &str) -> usize {
    let is_end = |byte: u8| matches!(byte, b' ' | b'\t'..=b'\r') || !byte.is_ascii();
    match line.bytes().position(is_end) {
        Some(at) if line.as_bytes()[at].is_ascii() => at,
        Some(_) => line.find(char::is_whitespace).unwrap_or(line.len()),
        None => line.len(),
    }
}
