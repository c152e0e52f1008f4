//! Its handlers are all in the library, which is linked by this name alone.

#[b::main(crate = b, link(bale_renamed))]
async fn main() -> b::Result<b::App> {
    Ok(b::App::new())
}

#[test]
fn the_library_is_linked() {
    let problems = b::App::collect().command("say {a} {b?} {c...}", async || ()).check();
    let problems = problems.expect_err("both are `/say`").to_string();
    assert!(problems.contains("`say` (tests/ui/renamed/lib.rs:"), "{problems}");
}
