//! The time is up at the moment at which the work is done.

cases! {
    late_answer_taken_for_none names "Query-1";
    cancelled_though_it_ran names "MainThread";
    answer_to_an_earlier_question names "Server-1";
    slot_given_away names "Fetch-";
}

mod classes {
    use std::time::Duration;

    use threadkit::{Event, Timer, thread_class};
    use threadkit_schedules::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
    use threadkit_schedules::sync::mpsc::{Receiver, Sender, channel};
    use threadkit_schedules::sync::{Arc, Mutex};

    const WORK: Duration = Duration::from_secs(5);

    #[thread_class]
    struct Query {
        committed: Arc<AtomicBool>,
    }

    #[thread_class]
    impl Query {
        fn run(&self) {
            threadkit_schedules::thread::sleep(WORK);
            self.committed.store(true, SeqCst);
        }
    }

    pub(super) fn late_answer_taken_for_none<const SOUND: bool>() {
        let committed = Arc::new(AtomicBool::new(false));
        let query = Query { committed: committed.clone() }.start().unwrap();
        let mut in_time = query.join_timeout(WORK).is_ok();
        if SOUND && !in_time {
            query.join().unwrap();
            in_time = committed.load(SeqCst);
        }
        let rolled_back = !in_time;
        query.join().unwrap();
        let both = rolled_back && committed.load(SeqCst);
        assert!(!both, "Query-1 is rolled back and committed"); // fault: late_answer_taken_for_none
    }

    pub(super) fn cancelled_though_it_ran<const SOUND: bool>() {
        let sent = Arc::new(AtomicU32::new(0));
        let theirs = sent.clone();
        let timer = Timer::new(WORK, move || _ = theirs.fetch_add(1, SeqCst)).start().unwrap();
        threadkit::sleep(WORK).unwrap();
        let cancelled = timer.cancel();
        timer.join().unwrap();
        if cancelled || !SOUND {
            assert_eq!(sent.load(SeqCst), 0, "nothing is sent"); // fault: cancelled_though_it_ran
        }
    }

    /// Answers with the number of the question.
    #[thread_class]
    struct Server {
        questions: Receiver<u32>,
        answers: Sender<u32>,
    }

    #[thread_class]
    impl Server {
        fn run(&mut self) {
            while let Ok(question) = self.questions.recv() {
                threadkit_schedules::thread::sleep(WORK);
                if self.answers.send(question).is_err() {
                    return;
                }
            }
        }
    }

    pub(super) fn answer_to_an_earlier_question<const SOUND: bool>() {
        let (ask, questions) = channel();
        let (answers, answered) = channel();
        let server = Server { questions, answers }.start().unwrap();
        for question in [1, 2] {
            ask.send(question).unwrap();
            loop {
                match answered.recv_timeout(WORK) {
                    // One that comes too late belongs to the question before.
                    Ok(answer) if SOUND && answer != question => {}
                    Ok(answer) => {
                        assert_eq!(answer, question, "as Server-1 was asked"); // fault: answer_to_an_earlier_question
                        break;
                    }
                    Err(_) if SOUND => {}
                    Err(_) => break,
                }
            }
        }
        drop((ask, answered));
        server.join().unwrap();
    }

    #[derive(Default)]
    struct Buffer {
        owner: Mutex<u32>,
        done: Event,
    }

    #[thread_class]
    struct Fetch<const SOUND: bool> {
        buffer: Arc<Buffer>,
        number: u32,
    }

    #[thread_class]
    impl<const SOUND: bool> Fetch<SOUND> {
        fn run(&self) {
            threadkit_schedules::thread::sleep(WORK);
            let owner = self.buffer.owner.lock().unwrap();
            if SOUND && *owner != self.number {
                return;
            }
            assert_eq!(*owner, self.number, "the buffer is mine"); // fault: slot_given_away
            self.buffer.done.set();
        }
    }

    pub(super) fn slot_given_away<const SOUND: bool>() {
        let buffer = Arc::new(Buffer { owner: Mutex::new(1), done: Event::new() });
        let fetch = Fetch::<SOUND> { buffer: buffer.clone(), number: 1 }.start().unwrap();
        if !buffer.done.wait_timeout(WORK) {
            *buffer.owner.lock().unwrap() = 2;
        }
        fetch.join().unwrap();
    }
}
