//! "did you mean": the nearest of the known names.

/// The known name that is nearest to `written`, if one is near enough to be what was meant.
pub(crate) fn nearest<'a>(
    written: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let written = written.to_lowercase().replace('-', "_");
    let near = |name: &&str| written.len().max(name.len()).div_ceil(3);
    known
        .into_iter()
        .map(|name| (distance(&written, name), name))
        .filter(|(distance, name)| *distance <= near(name) || shares_a_stem(&written, name))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// `stack` for `stack_size`: typed half, or remembered half.
fn shares_a_stem(written: &str, name: &str) -> bool {
    let (short, long) = if written.len() < name.len() { (written, name) } else { (name, written) };
    short.len() >= 3 && long.starts_with(short)
}

/// The Levenshtein distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant() {
        let known = ["name", "daemon", "stack_size", "excepthook", "crate"];
        for (written, meant) in [
            ("deamon", Some("daemon")),
            ("Name", Some("name")),
            ("stack-size", Some("stack_size")),
            ("stack", Some("stack_size")),
            ("colour", None),
        ] {
            assert_eq!(nearest(written, known), meant, "{written}");
        }
    }
}
