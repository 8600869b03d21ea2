//! A dump for machines.

use std::time::Duration;

use serde_json::{Value, json};
use threadkit::{Group, Guard, current_thread, dump, spawn};

use super::wait_of;
use crate::sleeper;

fn rows() -> Vec<Value> {
    match serde_json::to_value(dump()).unwrap() {
        Value::Array(rows) => rows,
        other => panic!("{other}"),
    }
}

fn row_of(ident: threadkit::ThreadId) -> Value {
    rows().into_iter().find(|row| row["ident"] == ident.as_u64().get()).expect("it is alive")
}

#[test]
fn a_row_is_a_map_of_what_the_table_shows() {
    let mut group = Group::new();
    let line = line!() + 1;
    group.push(spawn(|| threadkit::sleep(Duration::MAX)));
    let thread = &group[0];
    thread.set_name("night\nwatch");
    wait_of(thread);
    let mut row = row_of(thread.ident());
    let fields = row.as_object_mut().unwrap();
    let started_at = fields.remove("started_at").unwrap();
    assert!(started_at.as_str().unwrap().contains(&format!("serialize.rs:{line}:")));
    assert!(fields.remove("age_secs").unwrap().as_f64().unwrap() > 0.0);
    let cpu_secs = fields.remove("cpu_secs").unwrap();
    assert!(if cfg!(target_os = "linux") { cpu_secs.is_f64() } else { cpu_secs.is_null() });
    assert_eq!(
        row,
        json!({
            "known": true,
            "ident": thread.ident().as_u64().get(),
            "native_id": thread.native_id().unwrap(),
            "name": "night\nwatch",
            "class": "Target",
            "class_path": null,
            "state": "waiting",
            "daemon": true,
            "stop_requested": false,
            "starter": current_thread().ident().as_u64().get(),
            "group": group.id(),
            "supervisor": null,
            "waits_for": "stop",
            "stack": null,
            "stack_error": null,
        })
    );
}

/// Elsewhere no row has a stack.
#[test]
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
fn a_frame_is_a_map_of_its_names_and_places() {
    let rows = serde_json::to_value(threadkit::dump_stacks()).unwrap();
    let ident = threadkit::get_ident().as_u64().get();
    let me = rows.as_array().unwrap().iter().find(|row| row["ident"] == ident).unwrap();
    let frames = me["stack"].as_array().unwrap();
    let frame = frames.iter().find(|frame| frame["users"] == true).unwrap();
    let mut fields: Vec<_> = frame.as_object().unwrap().keys().collect();
    fields.sort();
    assert_eq!(fields, ["address", "column", "file", "function", "line", "module", "users"]);
    assert!(frame["file"].as_str().unwrap().ends_with("serialize.rs"), "{frame}");
    assert_eq!(frame["module"], Value::Null, "it has a name");
}

#[test]
fn a_thread_that_is_waited_for_is_told_by_its_ident() {
    let awaited = Guard::new(sleeper());
    let waiter = spawn({
        let awaited = awaited.clone();
        move || awaited.join().is_ok()
    });
    wait_of(&waiter);
    assert_eq!(
        row_of(waiter.ident())["waits_for"],
        json!({ "end": awaited.ident().as_u64().get() })
    );
    drop(awaited);
    assert!(waiter.value().unwrap());
}

#[test]
fn what_there_is_not_is_null() {
    let outside = std::thread::spawn(|| row_of(threadkit::get_ident()));
    let row = outside.join().unwrap();
    for field in ["starter", "group", "waits_for", "started_at"] {
        assert_eq!(row[field], Value::Null, "{field}");
    }
}
