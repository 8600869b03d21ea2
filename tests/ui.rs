//! Every mistake gets the message that its author needs.
//!
//! A folder is a topic, a file is one mistake; `pass` holds the programs that are hard and must
//! compile. `TRYBUILD=overwrite cargo test -p threadkit-tests --test ui` blesses the messages:
//! then read them as somebody would who does not know how the macros work.

/// Checked apart from those that compile: together, `trybuild` would build every one.
#[test]
fn mistakes_are_explained() {
    let cases = trybuild::TestCases::new();
    for topic in
        ["overrides", "run", "new", "struct", "options", "use", "main", "test", "local", "recovery"]
    {
        cases.compile_fail(format!("ui/{topic}/*.rs"));
    }
}

#[test]
fn hard_programs_compile() {
    trybuild::TestCases::new().pass("ui/pass/*.rs");
}
