//! Stacks where it is hard to ask for them; dumps that come by themselves.

use crate::child::run;

#[test]
fn the_programs_own_signals_are_left_alone() {
    run("stacks_beside_a_signal").code(0).says(&["caught 2", "still here"]).silent();
}

#[test]
fn who_waits_for_signals_is_not_woken() {
    run("stacks_beside_a_sigwait").code(0).says(&["true"]).silent();
}

#[test]
fn signals_that_are_refused_are_not_missed() {
    let reason = "the system refused to send the signal";
    run("stacks_where_signals_are_refused").code(0).says(&[reason]).silent();
}

#[test]
fn the_main_thread_may_have_ended() {
    run("stacks_without_the_main_thread").code(0).says(&["true true"]).silent();
}

#[test]
fn the_main_thread_is_known_at_exit() {
    run("stacks_at_exit").code(0).says(&["true MainThread true"]).silent();
}

#[test]
fn the_program_may_choose_the_signal() {
    let last = "no signal is free to ask the thread by";
    run("stacks_by_a_signal").code(0).says(&["true", "true", "true", last]).silent();
}

#[test]
fn a_broken_stack_has_fewer_frames() {
    run("stacks_of_a_broken_stack").code(0).says(&["true"]).silent();
}

#[test]
fn a_tiny_stack_has_room_for_the_question() {
    run("stacks_on_a_tiny_stack").code(0).says(&["false true"]).silent();
}

#[test]
fn a_filter_of_system_calls_takes_no_frames() {
    run("stacks_under_a_filter").code(0).says(&["its line is known"]).silent();
}

#[test]
fn a_forks_child_asks_anew() {
    run("stacks_in_a_child").code(0).says(&["in each"]).silent();
}

#[test]
fn threads_that_begin_are_listed_once() {
    run("stacks_of_beginners").code(0).says(&["once each"]).silent();
}

#[test]
fn threads_that_end_are_not_waited_for() {
    run("stacks_of_the_dead").code(0).says(&["of none"]).silent();
}

#[test]
fn nothing_is_installed_before_the_first_call() {
    run("stacks_without_a_call").code(0).says(&["true", "false"]).silent();
}

#[test]
fn what_takes_too_long_is_dumped_once() {
    run("dump_after").code(0).says(&["true true"]).silent();
}

#[test]
fn a_dump_that_has_begun_is_waited_for() {
    run("dump_late").code(0).says(&["true"]).silent();
}

#[test]
fn what_is_in_time_is_not() {
    run("dump_in_time").code(0).silent();
}

#[test]
fn a_process_that_was_stopped_has_not_stalled() {
    run("stop_and_continue").code(0).says(&["true true"]).silent();
}
