//! `timeline`: a pool, recorded and drawn.

use std::fs;

use serde_json::Value;

use super::{example, folder};

#[test]
fn the_run_is_recorded_and_drawn() {
    let folder = folder("timeline");
    let (json, svg) = (folder.path().join("run.json"), folder.path().join("run.svg"));
    let output = example("timeline").arg(&json).arg("--svg").arg(&svg).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let report = String::from_utf8(output.stderr).unwrap();
    assert_eq!(report.matches("failed: No such file").count(), 1, "{report}");

    let events: Vec<Value> = serde_json::from_str(&fs::read_to_string(json).unwrap()).unwrap();
    let of = |category: &'static str| events.iter().filter(move |event| event["cat"] == category);
    assert_eq!((of("start").count(), of("thread").count(), of("failure").count()), (5, 5, 1));
    assert!(of("thread").all(|life| life["dur"].as_f64().unwrap() > 0.0));

    let svg = fs::read_to_string(svg).unwrap();
    for text in
        ["MainThread", "count 1", "count 2", "count 3", "list", "progress", "failed: No such file"]
    {
        assert!(svg.contains(text), "{text}: {svg}");
    }
    // Each thread has its arrow.
    assert_eq!(svg.matches("l5 3l-5 3").count(), 5, "{svg}");
}

#[test]
fn it_ends_where_nothing_can_be_listed() {
    let folder = folder("empty");
    let output = example("timeline").current_dir(folder.path()).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(String::from_utf8(output.stdout).unwrap().ends_with("0 words\n"));
}
