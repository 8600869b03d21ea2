//! `hash_tree` prints what `sha256sum` prints, and stops cleanly.

use std::fs::{self, File};
use std::process::Command;

use crate::{Running, example, folder, stdout};

#[test]
fn hash_tree_hashes_as_sha256sum_does() {
    let folder = folder("hash_tree");
    let mut paths = Vec::new();
    for number in 0..200 {
        let path = folder.path().join(format!("{:02}", number % 20)).join(format!("file {number}"));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, number.to_string().repeat(number * 50)).unwrap();
        paths.push(path);
    }
    paths.sort();
    let expected = stdout(Command::new("sha256sum").args(&paths));
    assert_eq!(stdout(example("hash_tree").arg(folder.path())), expected);
}

#[test]
fn hash_tree_names_what_is_missing_and_hashes_the_others() {
    let folder = folder("hash_tree");
    let (good, missing) = (folder.path().join("good"), folder.path().join("missing"));
    fs::write(&good, "").unwrap();
    let output = example("hash_tree").args([&missing, &good]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 1);
    assert!(String::from_utf8(output.stderr).unwrap().contains(missing.to_str().unwrap()));
}

#[test]
fn hash_tree_heeds_an_interrupt_in_the_middle_of_files() {
    let folder = folder("hash_tree");
    // Sparse: they take no room on the disk, and hours to hash.
    for number in 0..500 {
        let file = File::create(folder.path().join(number.to_string())).unwrap();
        file.set_len(1 << 34).unwrap();
    }
    // It says on stderr that it is ready for the signal.
    let program = example("hash_tree");
    let mut shell = Command::new("sh");
    shell.args(["-c", "exec \"$0\" \"$1\" 2>&1"]).arg(program.get_program()).arg(folder.path());
    let mut hash_tree = Running::start(&mut shell);
    assert!(hash_tree.line().ends_with("Ctrl-C stops"));
    hash_tree.interrupt();
    assert_eq!(hash_tree.end().1.code(), Some(130));
}
