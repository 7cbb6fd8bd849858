"""The gRPC server: `recommendation-service [ADDRESS]`, 127.0.0.1:50051 without one."""

import sys
from concurrent import futures

import grpc

from recommendations.gen import recommendations_pb2_grpc
from recommendations.service import RecommendationService


def serve(address):
    """A server that answers, and its port."""
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=10))
    recommendations_pb2_grpc.add_RecommenderServicer_to_server(RecommendationService(), server)
    port = server.add_insecure_port(address)
    server.start()
    return server, port


def main():
    server, port = serve(sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:50051")
    print(f"answering on port {port}", flush=True)
    server.wait_for_termination()


if __name__ == "__main__":
    main()
