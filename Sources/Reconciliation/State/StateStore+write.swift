package import Git

/// What a commit on the state branch says about itself.
package struct RecordMessage: Sendable, Hashable {
    /// At most 72 characters read well: `Record prod at 3f2a91c`
    package let subject: String
    /// The source commit; nil for a work tree.
    package let commit: String?
    /// The inputs digest.
    package let inputs: String

    package init(subject: String, commit: String?, inputs: String) {
        self.subject = subject
        self.commit = commit
        self.inputs = inputs
    }

    /// `[skip ci]` keeps our own commit from starting the next run.
    package var text: String {
        let source = commit.map { "Reconciled-Commit: \($0)\n" } ?? ""
        return "\(subject)\n\n[skip ci]\n\n\(source)Reconciled-Inputs: \(inputs)\n"
    }
}

/// What became of a record.
package enum RecordResult: Sendable {
    /// The branch holds all of it already: no commit was made.
    case unchanged
    /// The commit on the branch, and what there is to tell about the way there, not safe for a terminal.
    case recorded(Commit, notes: [String])
}

/// A moment around a write to Git, for tests that end the program there.
package enum RecordMoment: String, Sendable, CaseIterable {
    case beforePush, afterPush
}

extension StateStore {
    /// How often a branch that others move meanwhile is tried.
    package static let attempts = 5

    /// Writes the record that `update` makes of what the branch holds at that moment.
    ///
    /// Where others were faster the record is made again from what they left. Nothing is forced, nothing of theirs lost.
    ///
    /// - Parameters:
    ///   - pause: Waits before an attempt is repeated, given its number from 1.
    ///   - watch: Is told of each moment around a write.
    /// - Throws: `Problem` of kind `notRecorded` where the push is refused or never wins; `UnreadableState`.
    @GitThread
    package func write(
        fleet: String, environment: String, message: RecordMessage, author: Signature,
        pause: @Sendable (Int) async -> Void = StateStore.jitter, watch: @Sendable (RecordMoment) -> Void = { _ in },
        update: @Sendable (StateTree?) -> StateTree
    ) async throws -> RecordResult {
        var attempt = 1
        while true {
            if attempt > 1 { _ = try server?.update() }
            let stored = try read(fleet: fleet, environment: environment)
            let changes = stored.changes(to: update(stored.tree))
            guard !changes.isEmpty else { return .unchanged }
            do throws(GitError) {
                watch(.beforePush)
                let (commit, said) = try push(changes, onto: stored.tip, message: message.text, author: author)
                watch(.afterPush)
                return .recorded(commit, notes: said + bringCopyForward(to: commit))
            } catch {
                guard error.cause == .nonFastForward else { throw Problem(.notRecorded, error.message) }
                guard attempt < Self.attempts else {
                    throw Problem(.notRecorded, "\(error.message) (given up after \(attempt) attempts)")
                }
            }
            await pause(attempt)
            attempt += 1
        }
    }

    /// Twice as long for each attempt, and at random, so that two runs do not meet again and again.
    package static let jitter: @Sendable (Int) async -> Void = { attempt in
        let milliseconds = Double.random(in: 0.5...1.5) * 100 * Double(1 << min(attempt - 1, 5))
        // A run that is being ended still records what it did: it only waits no longer.
        try? await Task.sleep(for: .milliseconds(milliseconds))
    }

    @GitThread
    private func push(
        _ changes: [FileChange], onto tip: Commit?, message: String, author: Signature
    ) throws(GitError) -> (Commit, said: [String]) {
        let target = try self.target
        let made = try home.withWorkbench(in: temporaryFolder) { (bench) throws(GitError) in
            guard let made = try bench.makeCommit(onto: tip, changes: changes, message: message, author: author) else {
                throw GitError(.failed, "cannot record on \(branch): the changed files make no other tree")
            }
            try bench.move(branch, to: made, expecting: nil)
            return (made, try bench.push(branch, to: target))
        }
        // So that the copy has what the server has by now.
        _ = try? server?.update()
        return made
    }

    /// Fetches what was pushed into the work tree's own repository; what it holds of its own stays.
    ///
    /// - Returns: Why it was not brought forward, if so. The record is safe in its home by then.
    @GitThread
    private func bringCopyForward(to commit: Commit) -> [String] {
        guard let copy else { return [] }
        do throws(GitError) {
            let source = try Remote(Location(home.gitFolder))
            _ = try copy.fetch(branch, from: source, to: "refs/remotes/origin/\(branch)", isForced: true)
            // A branch that is checked out moves with its files alone, and those are their owner's.
            guard try copy.headBranch != branch else { return [] }
            let held = try copy.fetch(branch, from: source, to: branch.reference)
            return held == commit.id ? [] : ["the local branch \(branch) went another way and stays as it is"]
        } catch {
            return [error.message]
        }
    }
}
