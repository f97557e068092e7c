import CMicroHTTPD
import Synchronization

/// The pieces of a streamed answer between the handler, which makes them, and the library, which asks for them.
final class Outflow: Sendable {
    private struct State {
        var pieces: [[UInt8]] = []
        /// How much of the first piece has been taken.
        var taken = 0
        var waiting = 0
        var isSuspended = false
        var isFinished = false
        var isCut = false
        /// The library has dropped the answer: the connection is not ours to touch any more.
        var isClosed = false
        var pumping: Task<Void, Never>?
        /// Whoever waits for room.
        var room: CheckedContinuation<Void, Never>?
    }

    /// Beyond this many waiting bytes the handler's stream is not read on.
    private static let highWater = 1 << 20

    private let connection: ConnectionPointer
    private let state = Mutex(State())

    init(connection: ConnectionPointer) { self.connection = connection }

    /// A response that reads from here; the library holds a reference until it drops the response.
    func makeResponse() -> OpaquePointer? {
        let me = Unmanaged.passRetained(self)
        let response = MHD_create_response_from_callback(
            UInt64.max, 64 << 10,
            { me, _, buffer, capacity in
                guard let me, let buffer else { return Outflow.failed }
                return Unmanaged<Outflow>.fromOpaque(me).takeUnretainedValue()
                    .read(into: UnsafeMutableRawBufferPointer(start: buffer, count: capacity))
            }, me.toOpaque(),
            { me in
                guard let me else { return }
                Unmanaged<Outflow>.fromOpaque(me).takeRetainedValue().close()
            })
        if response == nil { me.release() }
        return response
    }

    /// Reads the handler's stream until it ends or nobody wants it any more.
    func pump(_ stream: AsyncStream<[UInt8]>) {
        let task = Task.detached { [self] in
            for await piece in stream where !piece.isEmpty {
                guard await offer(piece) else { return }
            }
            finish()
        }
        let isClosed = state.withLock { state in
            state.pumping = task
            return state.isClosed
        }
        if isClosed { task.cancel() }
    }

    /// False when nothing more is wanted.
    private func offer(_ piece: [UInt8]) async -> Bool {
        let (isWanted, isFull) = state.withLock { state in
            guard !state.isClosed, !state.isCut else { return (false, false) }
            state.pieces.append(piece)
            state.waiting += piece.count
            resume(&state)
            return (true, state.waiting > Self.highWater)
        }
        if isFull {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    if state.isClosed || state.waiting <= Self.highWater { return true }
                    state.room = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        }
        return isWanted
    }

    private func finish() {
        state.withLock { state in
            state.isFinished = true
            resume(&state)
        }
    }

    /// Breaks the answer off; the client sees that it is not whole.
    func cut() {
        state.withLock { state in
            state.isCut = true
            resume(&state)
        }
    }

    func noticeLostClient() {
        state.withLock { state in
            guard state.isSuspended, !state.isClosed, connection.isLost else { return }
            state.isCut = true
            resume(&state)
        }
    }

    /// The library wants nothing any more.
    func close() {
        let room = state.withLock { state in
            state.isClosed = true
            state.pieces = []
            state.pumping?.cancel()
            defer { state.room = nil }
            return state.room
        }
        room?.resume()
    }

    private func resume(_ state: inout State) {
        guard state.isSuspended, !state.isClosed else { return }
        state.isSuspended = false
        MHD_resume_connection(connection.pointer)
    }

    // MARK: What the library's threads call

    /// MHD_CONTENT_READER_END_OF_STREAM and MHD_CONTENT_READER_END_WITH_ERROR, which are macros with casts.
    private static let ended = -1
    private static let failed = -2

    private func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        var room: CheckedContinuation<Void, Never>?
        let count: Int = state.withLock { state in
            if state.isCut { return Self.failed }
            var count = 0
            while count < buffer.count, let first = state.pieces.first {
                let part = min(first.count - state.taken, buffer.count - count)
                first.withUnsafeBytes { bytes in
                    UnsafeMutableRawBufferPointer(rebasing: buffer[count..<count + part])
                        .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[state.taken..<state.taken + part]))
                }
                count += part
                state.taken += part
                if state.taken == first.count {
                    state.pieces.removeFirst()
                    state.taken = 0
                }
            }
            state.waiting -= count
            if state.waiting <= Self.highWater { (room, state.room) = (state.room, nil) }
            if count > 0 { return count }
            if state.isFinished { return Self.ended }
            // > The callback may suspend the connection and return 0; it has to be resumed when data are there.
            // Within the lock, so that a piece that comes right now resumes it afterwards.
            MHD_suspend_connection(connection.pointer)
            state.isSuspended = true
            return 0
        }
        room?.resume()
        return count
    }
}
