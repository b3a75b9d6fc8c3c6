class OTLPSpanExporter:
    def __init__(self, endpoint, headers):
        self.endpoint = endpoint
        self.headers = headers
