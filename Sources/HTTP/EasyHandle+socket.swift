import CLibCurl
import Glibc

/// Called for the socket of a new connection, with the address that it will be connected to.
///
/// > This callback is called by libcurl instead of the socket(2) call.
/// https://curl.se/libcurl/c/CURLOPT_OPENSOCKETFUNCTION.html
///
/// Of several addresses of a server curl goes on with the next one when this one is refused.
func openSocket(
    _ box: UnsafeMutableRawPointer?, _: curlsocktype, _ address: UnsafeMutablePointer<curl_sockaddr>?
) -> curl_socket_t {
    guard let box, let address else { return curl_no_socket() }
    let handle = Unmanaged<EasyHandle>.fromOpaque(box).takeUnretainedValue()
    if let refusal = handle.refusal(of: bytes(of: address)) {
        handle.transfer?.refusal = refusal
        return curl_no_socket()
    }
    let kind = address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue)
    return socket(address.pointee.family, kind, address.pointee.protocol)
}

/// Nil for what is no address of the internet protocol, as a local socket.
private func bytes(of address: UnsafeMutablePointer<curl_sockaddr>) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: 16)
    let count = curl_address_bytes(address, &bytes)
    return count == 0 ? nil : Array(bytes.prefix(count))
}
