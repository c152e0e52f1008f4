//! The grammar of patterns: `add {a} {b?}`, `buy:{item}:{qty}`. The runtime reads patterns of its own
//! accord; here they are checked, and their captures named.

/// What a pattern is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Grammar {
    /// Words of a text, the first of them the name of a command.
    Command,
    /// Words of a text.
    Text,
    /// The data of a button.
    Callback,
}

/// How much a capture takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// `{name}`
    Required,
    /// `{name?}`
    Optional,
    /// `{name...}`
    Rest,
}

/// A named hole of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Capture {
    pub(crate) name: String,
    pub(crate) form: Form,
}

impl Capture {
    /// The capture as it is written in a pattern.
    pub(crate) fn written(&self) -> String {
        let form = match self.form {
            Form::Required => "",
            Form::Optional => "?",
            Form::Rest => "...",
        };
        format!("{{{}{form}}}", self.name)
    }
}

/// The longest data that a button can carry, in bytes.
const CALLBACK_DATA_BYTES: usize = 64;
/// The longest name of a command, in characters.
const COMMAND_NAME_CHARS: usize = 64;
/// The most captures that one pattern can have.
const CAPTURES: usize = 16;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Space,
    Literal(String),
    Capture(Capture),
}

/// The captures of `pattern` in their order, or everything that is wrong with it.
pub(crate) fn captures(grammar: Grammar, pattern: &str) -> Result<Vec<Capture>, Vec<String>> {
    let pieces = pieces(pattern, grammar != Grammar::Callback).map_err(|problem| vec![problem])?;
    let captures: Vec<_> = pieces
        .iter()
        .filter_map(|piece| match piece {
            Piece::Capture(capture) => Some(capture.clone()),
            Piece::Space | Piece::Literal(_) => None,
        })
        .collect();
    let mut problems = match grammar {
        Grammar::Command => {
            let after_name = pieces.iter().skip_while(|piece| **piece == Piece::Space).skip(1);
            let name = check_command(pattern, &pieces);
            [name, check_literals(after_name), check_words(&pieces)].concat()
        }
        Grammar::Text => {
            [check_text(&pieces), check_literals(pieces.iter()), check_words(&pieces)].concat()
        }
        Grammar::Callback => check_callback(&pieces),
    };
    problems.extend(check_names(&captures));
    if problems.is_empty() { Ok(captures) } else { Err(problems) }
}

/// Cuts a pattern at its braces and, if `words`, at its white space.
fn pieces(pattern: &str, words: bool) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        let literal = match first {
            '{' | '}' if rest[1..].starts_with(first) => {
                rest = &rest[2..];
                first
            }
            '{' => {
                let inside = &rest[1..];
                let end = inside.find('}').filter(|&end| !inside[..end].contains('{'));
                let Some(end) = end else {
                    return Err(format!(
                        "`{rest}` opens a `{{` that nothing closes; {LITERAL_OPEN}"
                    ));
                };
                pieces.push(Piece::Capture(capture(&inside[..end])?));
                rest = &inside[end + 1..];
                continue;
            }
            '}' => {
                return Err(format!("`{rest}` closes a `{{` that nothing opened; {LITERAL_CLOSE}"));
            }
            space if words && space.is_whitespace() => {
                rest = rest.trim_start();
                pieces.push(Piece::Space);
                continue;
            }
            other => {
                rest = &rest[other.len_utf8()..];
                other
            }
        };
        if let Some(Piece::Literal(text)) = pieces.last_mut() {
            text.push(literal);
        } else {
            pieces.push(Piece::Literal(literal.to_string()));
        }
    }
    Ok(pieces)
}

const LITERAL_OPEN: &str = "a literal brace is written `{{`";
const LITERAL_CLOSE: &str = "a literal brace is written `}}`";

/// Reads what stands between two braces.
fn capture(inside: &str) -> Result<Capture, String> {
    let (name, form) = if let Some(name) = inside.strip_suffix("...") {
        (name, Form::Rest)
    } else if let Some(name) = inside.strip_suffix('?') {
        (name, Form::Optional)
    } else {
        (inside, Form::Required)
    };
    if name.is_empty() {
        return Err(format!("the capture `{{{inside}}}` has no name"));
    }
    if !is_name(name) {
        return Err(format!(
            "`{name}` in `{{{inside}}}` is no name: a capture is named like the parameter it goes to"
        ));
    }
    Ok(Capture { name: name.to_owned(), form })
}

/// Whether a parameter can have this name.
fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c == '_' || c.is_alphabetic())
        && name.chars().all(is_word_char)
        && !["_", "self", "Self", "super", "crate"].contains(&name)
}

fn is_word_char(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// Whether `c` may stand in the name of a command. Persian words are written with joiners, which the
/// comparison of names ignores.
fn is_command_char(c: char) -> bool {
    is_word_char(c) || matches!(c, '\u{200c}' | '\u{200d}')
}

/// Whether the comparison of texts ignores `c`: an invisible mark, the tatweel, or a separator of
/// thousands. `bale` decides this in `text.rs`.
fn is_ignored(c: char) -> bool {
    matches!(c,
        '\u{61c}' | '\u{640}' | '\u{66c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Says if nothing of a literal word is left to compare.
fn check_visible(word: &str) -> Result<(), String> {
    if word.chars().all(is_ignored) {
        return Err(format!(
            "`{}` fits nothing: it is only marks that do not count when texts are compared",
            word.escape_debug()
        ));
    }
    Ok(())
}

fn check_command(pattern: &str, pieces: &[Piece]) -> Vec<String> {
    let pieces = if let [Piece::Space, pieces @ ..] = pieces { pieces } else { pieces };
    match pieces {
        [] => vec![
            "a command needs a name, like `\"start\"`; without a pattern it is the function's name"
                .to_owned(),
        ],
        [Piece::Capture(capture), ..] => vec![format!(
            "a command starts with its name, a literal word: `{}` stands before it",
            capture.written()
        )],
        [Piece::Literal(name), ..] if name.len() > 1 && name.starts_with('/') => {
            check_command_name(pattern.trim()).err().into_iter().collect()
        }
        [Piece::Literal(name), ..] => check_command_name(name).err().into_iter().collect(),
        [Piece::Space, ..] => Vec::new(),
    }
}

/// Says what is wrong with the name of a command.
pub(crate) fn check_command_name(name: &str) -> Result<(), String> {
    if name.is_empty() {
        return Err("the name of a command cannot be empty".to_owned());
    }
    if let Some(bare) = name.strip_prefix('/') {
        return Err(if bare.is_empty() {
            format!("`{name}` is no command name: write one without the slash, like `start`")
        } else {
            format!("`{name}` is no command name: write it without the slash: `{bare}`")
        });
    }
    if let Some(wrong) = name.chars().find(|&c| !is_command_char(c)) {
        let wrong = if wrong.is_whitespace() {
            "white space".to_owned()
        } else {
            format!("`{}`", wrong.escape_debug())
        };
        return Err(format!("`{name}` is no command name: {wrong} is no letter, digit or `_`"));
    }
    let chars = name.chars().count();
    if chars > COMMAND_NAME_CHARS {
        return Err(format!(
            "`{name}` is no command name: it has {chars} characters, and {COMMAND_NAME_CHARS} are the most"
        ));
    }
    check_visible(name)
}

fn check_text(pieces: &[Piece]) -> Vec<String> {
    if pieces.iter().any(|piece| *piece != Piece::Space) {
        return Vec::new();
    }
    vec!["an empty pattern fits no message; leave it out to take every message".to_owned()]
}

fn check_literals<'a>(pieces: impl Iterator<Item = &'a Piece>) -> Vec<String> {
    pieces
        .filter_map(|piece| match piece {
            Piece::Literal(word) => check_visible(word).err(),
            Piece::Capture(_) | Piece::Space => None,
        })
        .collect()
}

/// The rules of patterns made of words: what a capture may touch, and what may follow it.
fn check_words(pieces: &[Piece]) -> Vec<String> {
    let mut problems = Vec::new();
    for (index, piece) in pieces.iter().enumerate() {
        let Piece::Capture(capture) = piece else { continue };
        let before = index.checked_sub(1).and_then(|before| pieces.get(before));
        let mut neighbours = before.into_iter().chain(pieces.get(index + 1));
        if neighbours.any(|neighbour| *neighbour != Piece::Space) {
            problems.push(format!(
                "`{}` is a whole word: put white space between it and what it touches",
                capture.written()
            ));
        }
    }
    let mut open: Option<&Capture> = None;
    for piece in pieces {
        let written = match (piece, open) {
            (Piece::Space, _) => continue,
            (Piece::Capture(capture), Some(Capture { form: Form::Optional, .. }))
                if capture.form != Form::Required =>
            {
                open = Some(capture);
                continue;
            }
            (Piece::Capture(capture), None) => {
                open = Some(capture).filter(|capture| capture.form != Form::Required);
                continue;
            }
            (Piece::Literal(_), None) => continue,
            (Piece::Capture(capture), Some(_)) => capture.written(),
            (Piece::Literal(text), Some(_)) => text.clone(),
        };
        if let Some(before) = open {
            problems.push(format!(
                "nothing {}can stand behind `{}`, but `{written}` does",
                if before.form == Form::Optional { "required " } else { "" },
                before.written()
            ));
            break;
        }
    }
    problems
}

fn check_callback(pieces: &[Piece]) -> Vec<String> {
    let mut problems = Vec::new();
    if pieces.is_empty() {
        problems.push(
            "an empty pattern fits no button; leave it out to take every button press".to_owned(),
        );
    }
    let mut literal = 0;
    for piece in pieces {
        match piece {
            Piece::Capture(capture) if capture.form != Form::Required => problems.push(format!(
                "`{}`: a button's data is written whole, so its captures are plain: `{{{}}}`",
                capture.written(),
                capture.name
            )),
            Piece::Literal(text) => literal += text.len(),
            Piece::Capture(_) | Piece::Space => {}
        }
    }
    for pair in pieces.windows(2) {
        match pair {
            [Piece::Capture(left), Piece::Capture(right)] => {
                let (left, right) = (left.written(), right.written());
                problems.push(format!(
                    "nothing separates `{left}` from `{right}`: put text between them, like `{left}:{right}`"
                ));
            }
            [Piece::Capture(left), Piece::Literal(text)] if text.starts_with('%') => {
                problems.push(format!(
                    "`%` cannot stand behind `{}`: it begins an escape in a button's data",
                    left.written()
                ));
            }
            _ => {}
        }
    }
    if literal > CALLBACK_DATA_BYTES {
        problems.push(format!(
            "the fixed text of this pattern has {literal} bytes; a button carries {CALLBACK_DATA_BYTES} at most"
        ));
    }
    problems
}

fn check_names(captures: &[Capture]) -> Vec<String> {
    let mut problems = Vec::new();
    for (index, capture) in captures.iter().enumerate() {
        let same = |other: &&Capture| other.name == capture.name;
        if captures[..index].iter().filter(same).count() == 1 {
            problems.push(format!("two captures have the name `{}`", capture.name));
        }
    }
    if captures.len() > CAPTURES {
        problems.push(format!(
            "this pattern has {} captures, and {CAPTURES} are the most",
            captures.len()
        ));
    }
    problems
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    /// Recomputes what stands behind the arrow of each pattern.
    #[track_caller]
    fn check(grammar: Grammar, expected: &Expect) {
        let patterns = expected.data().lines().map(str::trim).filter(|line| line.starts_with('"'));
        let reports = patterns.map(|line| {
            let (pattern, _) = line.split_once(" => ").unwrap_or((line, ""));
            let report = match captures(grammar, pattern.trim_matches('"')) {
                Ok(captures) if captures.is_empty() => "no captures".to_owned(),
                Ok(captures) => captures.iter().map(Capture::written).collect::<Vec<_>>().join(" "),
                Err(problems) => format!("wrong: {}", problems.join("; ")),
            };
            format!("{pattern} => {report}\n")
        });
        let reports = reports.collect::<String>();
        expected.assert_eq(&reports);
    }

    #[test]
    fn words() {
        check(
            Grammar::Text,
            &expect![[r#"
                "راهنما" => no captures
                "  price   of {item} in {city}  " => {item} {city}
                "{a} {b?} {c?} {d...}" => {a} {b?} {c?} {d...}
                "{rest...}" => {rest...}
                "{{literal}} {a} }}{{" => {a}
                "{_a1} {نام} {type}" => {_a1} {نام} {type}
                " " => wrong: an empty pattern fits no message; leave it out to take every message
                "{a} {b?} c" => wrong: nothing required can stand behind `{b?}`, but `c` does
                "{a?} {b}" => wrong: nothing required can stand behind `{a?}`, but `{b}` does
                "{a...} {b?}" => wrong: nothing can stand behind `{a...}`, but `{b?}` does
                "{a...} b" => wrong: nothing can stand behind `{a...}`, but `b` does
                "{a?} {b...} {c...}" => wrong: nothing can stand behind `{b...}`, but `{c...}` does
                "a{b}" => wrong: `{b}` is a whole word: put white space between it and what it touches
                "{a}{b}c" => wrong: `{a}` is a whole word: put white space between it and what it touches; `{b}` is a whole word: put white space between it and what it touches
                "{{{a}}}" => wrong: `{a}` is a whole word: put white space between it and what it touches
                "{" => wrong: `{` opens a `{` that nothing closes; a literal brace is written `{{`
                "a {b c" => wrong: `{b c` opens a `{` that nothing closes; a literal brace is written `{{`
                "a {b {c}" => wrong: `{b {c}` opens a `{` that nothing closes; a literal brace is written `{{`
                "a} b" => wrong: `} b` closes a `{` that nothing opened; a literal brace is written `}}`
                "{}" => wrong: the capture `{}` has no name
                "{?}" => wrong: the capture `{?}` has no name
                "{...}" => wrong: the capture `{...}` has no name
                "{ a }" => wrong: ` a ` in `{ a }` is no name: a capture is named like the parameter it goes to
                "{1a}" => wrong: `1a` in `{1a}` is no name: a capture is named like the parameter it goes to
                "{a-b}" => wrong: `a-b` in `{a-b}` is no name: a capture is named like the parameter it goes to
                "{_}" => wrong: `_` in `{_}` is no name: a capture is named like the parameter it goes to
                "{self}" => wrong: `self` in `{self}` is no name: a capture is named like the parameter it goes to
                "{a??}" => wrong: `a?` in `{a??}` is no name: a capture is named like the parameter it goes to
                "{a} {b} {a} {a} {b}" => wrong: two captures have the name `a`; two captures have the name `b`
                "{a} {b} {c} {d} {e} {f} {g} {h} {i} {j} {k} {l} {m} {n} {o} {p}" => {a} {b} {c} {d} {e} {f} {g} {h} {i} {j} {k} {l} {m} {n} {o} {p}
                "{a} {b} {c} {d} {e} {f} {g} {h} {i} {j} {k} {l} {m} {n} {o} {p} {q}" => wrong: this pattern has 17 captures, and 16 are the most
            "#]],
        );
    }

    #[test]
    fn commands() {
        check(
            Grammar::Command,
            &expect![[r#"
                "start" => no captures
                "  add {a} to {b} " => {a} {b}
                "افزودن {a...}" => {a...}
                "a_1 {{x}}" => no captures
                "" => wrong: a command needs a name, like `"start"`; without a pattern it is the function's name
                "{a}" => wrong: a command starts with its name, a literal word: `{a}` stands before it
                "/{a}" => wrong: `/` is no command name: write one without the slash, like `start`; `{a}` is a whole word: put white space between it and what it touches
                "/ start" => wrong: `/` is no command name: write one without the slash, like `start`
                "add{a}" => wrong: `{a}` is a whole word: put white space between it and what it touches
                "add: {a}" => wrong: `add:` is no command name: `:` is no letter, digit or `_`
                "{{add}}" => wrong: `{add}` is no command name: `{` is no letter, digit or `_`
            "#]],
        );
    }

    #[test]
    fn callbacks() {
        check(
            Grammar::Callback,
            &expect![[r#"
                "noop" => no captures
                "buy:{item}:{qty}" => {item} {qty}
                "{data}" => {data}
                "{a} {b}" => {a} {b}
                "{{{a}}} " => {a}
                "100%:{a}" => {a}
                "{a}%:{b}%" => wrong: `%` cannot stand behind `{a}`: it begins an escape in a button's data; `%` cannot stand behind `{b}`: it begins an escape in a button's data
                "" => wrong: an empty pattern fits no button; leave it out to take every button press
                "{a}{b}" => wrong: nothing separates `{a}` from `{b}`: put text between them, like `{a}:{b}`
                "a:{b?}:{c...}" => wrong: `{b?}`: a button's data is written whole, so its captures are plain: `{b}`; `{c...}`: a button's data is written whole, so its captures are plain: `{c}`
                "sixty-four-bytes-are-the-most-that-a-button-can-carry-with-it-:{a}:" => {a}
                "sixty-four-bytes-are-the-most-that-a-button-can-carry-with-it-:{a}::" => wrong: the fixed text of this pattern has 65 bytes; a button carries 64 at most
                "سی‌و‌دو حرف فارسی شصت‌وچهار بایت است" => wrong: the fixed text of this pattern has 70 bytes; a button carries 64 at most
            "#]],
        );
    }
}
