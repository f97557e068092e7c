import CLibCurl
import Glibc
import Synchronization

/// The thread that owns a curl multi handle, and the inbox in front of it, through which all others go.
final class Loop: @unchecked Sendable {  // because only its thread touches the C state
    enum Command: Sendable {
        case start(Transfer, Transfer.Delivery)
        case cancel(Transfer)
        /// The reader of a paused body has caught up.
        case resume(Transfer)
    }

    private struct Inbox {
        var commands: [Command] = []
        /// The thread sleeps, or is about to.
        var isWaiting = false
        var isOpen = true
    }

    private static let start: CURLcode = curl_global_init(Int(CURL_GLOBAL_DEFAULT))
    private static let maxIdleHandles = 128

    private let inbox = Mutex(Inbox())
    private let multi: UnsafeMutableRawPointer
    private let settings: HandleSettings
    private var idle: [EasyHandle] = []
    private var active: [ObjectIdentifier: Transfer] = [:]

    init(_ configuration: HTTPConfiguration) throws(HTTPError) {
        guard Self.start == CURLE_OK, let multi = curl_multi_init() else {
            throw HTTPError(.refused, origin: "", "cannot start the HTTP client: out of memory")
        }
        self.multi = multi
        settings = HandleSettings(configuration)
        _ = curl_multi_setopt_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
        // The cache holds by default four times as many connections as there are handles in use: too few after a burst.
        _ = curl_multi_setopt_long(multi, CURLMOPT_MAXCONNECTS, Self.maxIdleHandles)
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { loop in
                guard let loop else { return nil }
                Unmanaged<Loop>.fromOpaque(loop).takeRetainedValue().run()
                return nil
            }, Unmanaged.passRetained(self).toOpaque())
        guard code == 0 else {
            Unmanaged.passUnretained(self).release()
            throw HTTPError(.refused, origin: "", "cannot start the HTTP client: no thread")
        }
        pthread_detach(thread)
    }

    deinit { curl_multi_cleanup(multi) }

    func submit(_ command: Command) {
        let isOpen = inbox.withLock { inbox in
            guard inbox.isOpen else { return false }
            inbox.commands.append(command)
            wake(&inbox)
            return true
        }
        if !isOpen, case .start(let transfer, let delivery) = command {
            transfer.delivery = delivery
            transfer.finish(transfer.error(.cancelled))
        }
    }

    func cancel(_ transfer: Transfer) { submit(.cancel(transfer)) }

    /// Ends the thread; what is under way is cancelled.
    func stop() {
        inbox.withLock { inbox in
            inbox.isOpen = false
            wake(&inbox)
        }
    }

    /// Within the lock, so that the handle still exists.
    private func wake(_ inbox: inout Inbox) {
        guard inbox.isWaiting else { return }
        inbox.isWaiting = false
        _ = curl_multi_wakeup(multi)
    }

    private func run() {
        // Signals are the main thread's business. CURLOPT_NOSIGNAL leaves SIGPIPE to us.
        var signals = sigset_t()
        sigfillset(&signals)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        while let commands = takeCommands() {
            for command in commands { obey(command) }
            var running: Int32 = 0
            let code = curl_multi_perform(multi, &running)
            if code != CURLM_OK { fail(String(cString: curl_multi_strerror(code))) }
            let finished = collect()
            // What has finished usually brings new requests at once: look for those before sleeping.
            if finished == 0, prepareToWait() { _ = curl_multi_poll(multi, nil, 0, 60_000, nil) }
        }
        for transfer in active.values { end(transfer, transfer.error(.cancelled)) }
    }

    /// Nil when the loop is to end.
    private func takeCommands() -> [Command]? {
        inbox.withLock { inbox in
            inbox.isWaiting = false
            let commands = inbox.commands
            inbox.commands.removeAll(keepingCapacity: true)
            return inbox.isOpen || !commands.isEmpty ? commands : nil
        }
    }

    private func prepareToWait() -> Bool {
        inbox.withLock { inbox in
            inbox.isWaiting = inbox.commands.isEmpty && inbox.isOpen
            return inbox.isWaiting
        }
    }

    private func obey(_ command: Command) {
        switch command {
        case .start(let transfer, let delivery):
            transfer.delivery = delivery
            transfer.isCancelled ? transfer.finish(transfer.error(.cancelled)) : begin(transfer)
        case .cancel(let transfer):
            // May arrive before the start, when the task was cancelled already, or after the end.
            transfer.isCancelled = true
            if transfer.handle != nil { end(transfer, transfer.error(.cancelled)) }
        case .resume(let transfer):
            guard let handle = transfer.handle else { return }
            handle.resume()
        }
    }

    private func begin(_ transfer: Transfer) {
        guard let handle = idle.popLast() ?? EasyHandle(settings) else {
            transfer.finish(HTTPError(.refused, origin: "", "cannot start the HTTP client: out of memory"))
            return
        }
        transfer.handle = handle
        handle.transfer = transfer
        active[ObjectIdentifier(transfer)] = transfer
        do throws(EasyHandle.Failure) {
            try handle.prepare(transfer.request)
            let code = curl_multi_add_handle(multi, handle.pointer)
            guard code == CURLM_OK else { throw EasyHandle.Failure(code: CURLE_FAILED_INIT) }
            handle.isAdded = true
        } catch {
            end(transfer, transfer.error(handle, error.code, settings))
        }
    }

    /// Ends all exchanges that curl calls done, and returns their number.
    private func collect() -> Int {
        var count = 0
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let pointer = message.pointee.easy_handle,
                let box = curl_getinfo_private(pointer)
            else { continue }
            let handle = Unmanaged<EasyHandle>.fromOpaque(box).takeUnretainedValue()
            guard let transfer = handle.transfer else { continue }
            let code = curl_message_result(message)
            if transfer.request.asksForPeer { transfer.peer = handle.peer }
            end(transfer, code == CURLE_OK ? nil : transfer.error(handle, code, settings))
            count += 1
        }
        return count
    }

    private func end(_ transfer: Transfer, _ error: HTTPError?) {
        if let handle = transfer.handle {
            if handle.isAdded { curl_multi_remove_handle(multi, handle.pointer) }
            handle.clear()
            if idle.count < Self.maxIdleHandles { idle.append(handle) }
        }
        transfer.handle = nil
        active[ObjectIdentifier(transfer)] = nil
        transfer.finish(error)
    }

    private func fail(_ reason: String) {
        for transfer in active.values {
            let message = "the exchange with \(transfer.request.origin) broke off: \(reason)"
            end(transfer, HTTPError(.interrupted, origin: transfer.request.origin.description, message))
        }
    }
}
