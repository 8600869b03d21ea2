//! Vectors that hold little more than they need: there is one for each thread and one for each instance.

/// `Vec::push`, growing by a third instead of to the double.
pub(super) fn push<T>(vec: &mut Vec<T>, item: T) {
    if vec.len() == vec.capacity() {
        vec.reserve_exact((vec.len() / 3).max(1));
    }
    vec.push(item);
}

/// Gives back the memory of a peak long past.
pub(super) fn shrink<T>(vec: &mut Vec<T>) {
    if vec.len() < vec.capacity() / 4 {
        vec.shrink_to(vec.len() * 2);
    }
}
