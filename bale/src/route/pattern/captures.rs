//! What captures took: places in the text, without copies of it.

use std::{borrow::Cow, fmt, ops::Range};

use super::{escape, scan::MAX_CAPTURES, words::Words};

/// What the captures of a pattern took, by their index in it. The text is not held: it is passed to
/// [`get`](Self::get) again.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Captures {
    slots: [Slot; MAX_CAPTURES],
    len: usize,
}

impl Captures {
    /// Adds the next capture. A pattern has at most [`MAX_CAPTURES`].
    pub(in crate::route) fn push(&mut self, slot: Slot) {
        self.slots[self.len] = slot;
        self.len += 1;
    }

    /// The number of captures, absent ones included.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// What capture `index` took from `text`: `None` if there is no such capture, or an optional one
    /// took nothing. A rest is there even if it is empty. Owned only if there were escapes.
    pub(crate) fn get<'t>(&self, index: usize, text: &'t str) -> Option<Cow<'t, str>> {
        let slot = self.slot(index)?;
        (slot.form != Form::Absent).then(|| slot.resolve(text))
    }

    /// The words of rest capture `index`, without their quotes; none if it is no rest.
    pub(crate) fn rest_words<'t>(
        &self,
        index: usize,
        text: &'t str,
    ) -> impl Iterator<Item = Cow<'t, str>> + use<'t> {
        let rest = match self.slot(index) {
            Some(slot) if slot.form == Form::Rest => slot.raw(text),
            _ => "",
        };
        Words::new(rest, 0).map(|word| word.resolve(rest))
    }

    fn slot(&self, index: usize) -> Option<Slot> {
        self.slots[..self.len].get(index).copied()
    }
}

impl fmt::Debug for Captures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.slots[..self.len]).finish()
    }
}

/// A place in a text, and how its value is written there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::route) struct Slot {
    start: u32,
    end: u32,
    form: Form,
}

/// How a value is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::route) enum Form {
    /// There is none.
    #[default]
    Absent,
    /// As it is.
    Plain,
    /// Between quotes, with backslash escapes.
    Backslash,
    /// With percent escapes.
    Percent,
    /// As it is, and several words.
    Rest,
}

impl Slot {
    pub(in crate::route) fn new(range: Range<usize>, form: Form) -> Self {
        let offset = |at| u32::try_from(at).expect("an update is far smaller than 4 GiB");
        Self { start: offset(range.start), end: offset(range.end), form }
    }

    pub(super) fn resolve(self, text: &str) -> Cow<'_, str> {
        let raw = self.raw(text);
        match self.form {
            Form::Absent | Form::Plain | Form::Rest => Cow::Borrowed(raw),
            Form::Backslash => escape::unquote(raw),
            Form::Percent => escape::percent_decode(raw),
        }
    }

    fn raw(self, text: &str) -> &str {
        &text[self.start as usize..self.end as usize]
    }
}
