//! One update on its way through the handlers.
/// stub
#[derive(Debug)]
pub struct Context {}
impl Context {
    /// Whether handlers are only asked whether they would run.
    pub fn is_dry_run(&self) -> bool {
        false
    }
}
