//! Work for all cores.

use std::fs::File;
use std::io::{self, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Does `work` for each item, by as many workers as there are cores; it is told the worker's number. The answers are in the order of the items.
pub fn each<T: Sync, A: Send>(
    items: &[T],
    work: impl Fn(usize, &T) -> io::Result<A> + Sync,
) -> io::Result<Vec<A>> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let answers = Mutex::new(Vec::new());
    thread::scope(|scope| {
        let (next, answers, work) = (&next, &answers, &work);
        let workers: Vec<_> = (0..cores)
            .map(|worker| {
                scope.spawn(move || -> io::Result<()> {
                    loop {
                        let at = next.fetch_add(1, Ordering::Relaxed);
                        let Some(item) = items.get(at) else {
                            return Ok(());
                        };
                        let answer = work(worker, item)?;
                        answers.lock().map_err(|_| io::Error::other("a worker fell"))?.push((at, answer));
                    }
                })
            })
            .collect();
        for worker in workers {
            worker.join().map_err(|_| io::Error::other("a worker fell"))??;
        }
        Ok::<(), io::Error>(())
    })?;
    let mut answers = answers.into_inner().map_err(|_| io::Error::other("a worker fell"))?;
    answers.sort_by_key(|(at, _)| *at);
    Ok(answers.into_iter().map(|(_, answer)| answer).collect())
}

/// Adds a line to a file that all workers write, in one piece.
pub fn write_line(file: &Mutex<File>, line: &str) -> io::Result<()> {
    let mut file = file.lock().map_err(|_| io::Error::other("a worker fell"))?;
    file.write_all(format!("{line}\n").as_bytes())
}
