import Synchronization

/// An answer whose body is still coming.
package struct HTTPStream: Sendable {
    package let status: Int
    package let headers: [(name: String, value: String)]
    package let body: HTTPBody

    /// The first header of that name, case ignored.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// The pieces of a body as they arrive; read once, by one reader.
///
/// A reader that is slow stops the server: at most half a megabyte waits here. Dropping the body, or leaving the loop over it, ends
/// the exchange.
package struct HTTPBody: AsyncSequence, Sendable {
    package typealias Element = [UInt8]
    package typealias Failure = HTTPError

    fileprivate let reader: BodyReader

    init(reader: BodyReader) { self.reader = reader }

    package struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let reader: BodyReader

        package mutating func next() async throws(HTTPError) -> [UInt8]? { try await reader.next() }

        package mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(HTTPError) -> [UInt8]? { try await reader.next() }
    }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(reader: reader) }
}

/// The reader's end: when nobody holds it any more, the exchange is cancelled.
final class BodyReader: Sendable {
    private let channel: BodyChannel
    private let cancel: @Sendable () -> Void

    init(channel: BodyChannel, cancel: @escaping @Sendable () -> Void) {
        self.channel = channel
        self.cancel = cancel
    }

    deinit { cancel() }

    func next() async throws(HTTPError) -> [UInt8]? {
        let result: Result<[UInt8]?, HTTPError> = await withTaskCancellationHandler {
            await withCheckedContinuation { channel.take($0) }
        } onCancel: {
            cancel()
        }
        return try result.get()
    }
}

/// What lies between the loop's thread and a reader.
final class BodyChannel: Sendable {
    typealias Waiter = CheckedContinuation<Result<[UInt8]?, HTTPError>, Never>

    private struct State {
        var bytes: [UInt8] = []
        var isPaused = false
        var end: Result<Void, HTTPError>?
        var waiter: Waiter?
    }

    private static let highWater = 512 << 10
    private let state = Mutex(State())
    private let resume: @Sendable () -> Void

    /// `resume` asks the loop to go on with an exchange that was paused.
    init(resume: @escaping @Sendable () -> Void) { self.resume = resume }

    /// Takes a piece, or refuses it because too much is waiting; the piece then comes again.
    func offer(_ piece: UnsafeBufferPointer<UInt8>) -> Bool {
        let (waiter, isTaken) = state.withLock { state -> (Waiter?, Bool) in
            guard state.bytes.count < Self.highWater else {
                state.isPaused = true
                return (nil, false)
            }
            if let waiter = state.waiter.take() { return (waiter, true) }
            state.bytes.append(contentsOf: piece)
            return (nil, true)
        }
        waiter?.resume(returning: .success(Array(piece)))
        return isTaken
    }

    func finish(_ error: HTTPError?) {
        let end: Result<Void, HTTPError> = error.map { .failure($0) } ?? .success(())
        let waiter = state.withLock { state -> Waiter? in
            guard state.end == nil else { return nil }
            state.end = end
            return state.waiter.take()
        }
        waiter?.resume(returning: end.map { nil })
    }

    /// Answers with what is there, or as soon as something is.
    func take(_ waiter: Waiter) {
        let (answer, wasPaused) = state.withLock { state -> (Result<[UInt8]?, HTTPError>?, Bool) in
            if !state.bytes.isEmpty {
                let bytes = state.bytes
                state.bytes = []
                let wasPaused = state.isPaused
                state.isPaused = false
                return (.success(bytes), wasPaused)
            }
            if let end = state.end { return (end.map { nil }, false) }
            state.waiter = waiter
            return (nil, false)
        }
        if wasPaused { resume() }
        if let answer { waiter.resume(returning: answer) }
    }
}
